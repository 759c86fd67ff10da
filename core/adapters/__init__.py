"""Everything that touches the world: sockets, files, the clock; each file fits one port."""
