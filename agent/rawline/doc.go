// Package rawline lends the line of an instrument to another program on a TCP port, byte for byte: a driver of Pychron's asks the same
// gauge that the agent polls. Rules and vectors: docs/protocols/pychron-raw-line.md.
//
// A request of a client is one exchange on the line, between the agent's own. Only what reads is let through, unless the configuration
// says otherwise. What a client was answered, the agent's own driver reads as well, in the place of asking the same again.
package rawline
