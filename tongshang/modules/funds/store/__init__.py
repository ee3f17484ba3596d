"""All that funds keeps."""
