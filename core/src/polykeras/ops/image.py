"""The ops of images under Keras' name for them; each is also in `polykeras.ops`."""

from __future__ import annotations

from polykeras.ops.namespace import of_ops

_NAMES = frozenset(
    [
        "affine_transform",
        "crop_images",
        "elastic_transform",
        "extract_patches",
        "extract_patches_3d",
        "gaussian_blur",
        "hsv_to_rgb",
        "map_coordinates",
        "pad_images",
        "perspective_transform",
        "reconstruct_patches",
        "resize",
        "rgb_to_grayscale",
        "rgb_to_hsv",
        "scale_and_translate",
        "sobel_edges",
        "ssim",
    ]
)


__getattr__, __dir__ = of_ops(__name__, _NAMES)
