"""Parts of the check of images."""
