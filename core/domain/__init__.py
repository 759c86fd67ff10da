"""The ground floor: values and rules of STRAT and of a paper account; standard library only, no clock, no I/O."""
