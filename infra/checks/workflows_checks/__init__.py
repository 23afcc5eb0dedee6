"""Parts of the check of workflows."""
