"""Seeds and draws: the written-down key hash, host draws equal everywhere, the process-wide seed."""
