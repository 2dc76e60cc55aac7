"""Images between files, Pillow and arrays, under the names of `keras.preprocessing.image`."""

from polykeras.utils.aspect_ratio import smart_resize
from polykeras.utils.images import array_to_img, img_to_array, load_img, save_img

__all__ = ["array_to_img", "img_to_array", "load_img", "save_img", "smart_resize"]
