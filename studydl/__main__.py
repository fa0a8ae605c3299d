"""Run studydl as ``python -m studydl``."""

from studydl.cli.main import main

if __name__ == "__main__":
    main()
