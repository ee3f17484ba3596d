"""All statements of settlement."""
