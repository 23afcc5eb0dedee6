"""Parts of the check of skaffold.yaml."""
