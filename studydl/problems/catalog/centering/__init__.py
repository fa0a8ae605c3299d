"""Problem families about centered and scaled inputs."""
