"""Pages of initiatives. Each view has four beats: fetch what is visible, decide, call one service, respond."""
