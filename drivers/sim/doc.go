// Package sim is the other end of the wire: a small noble-gas extraction line in memory, and the instruments that hang on
// it, each speaking its protocol on a pseudo-terminal or a loopback socket. The instruments are written from the protocol
// sheets, not from the drivers, so that the two can disagree.
//
// The line, with its volumes and valves in the order in which devices claim them:
//
//	backing pump - fore =turbo pump= turbo -[valve 1]- bone -[valve 2]- chamber (sample, laser)
//	                                                    bone -[valve 4]- pipette -[valve 3]- tank (argon)
//	                                                    bone -[valve 5]- getter
//	                                                    bone -[valve 6]- spectrometer -[valve 7]- ion pump
//
// Valve 1 is the first valve attached, whatever drives it: a pin, a relay, a valve box. Valve 3 is the inner, valve 4
// the outer valve of the pipette. Without a seventh valve the ion pump is cut off, unless its controller is on the
// bench: then a person left it open. Valves after the seventh move and show it, but hold nothing apart.
//
// Gauges take their place by the name of their channel: ion gauges (ig, ion, cc, hc, and names that say nothing) sit on
// bone, chamber, spectrometer, turbo, getter, in the order of attaching; convection and Pirani gauges (cg, conv, pir) on
// fore, chamber, turbo; capacitance heads (cm, cap, bar) on tank, pipette. A name that contains the name of a volume
// sits there. Pyrometers see the sample. The laser that is on heats it, and it gives off gas by first-order kinetics.
//
// What it does not do: viscous flow (every conductance is molecular), adsorption, temperatures of volumes, the time that
// bytes take on a line, and parity.
package sim
