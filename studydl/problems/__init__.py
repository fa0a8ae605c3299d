"""Generated problems: family contract, Draw, engine, worker, catalog."""
