// Package hubnode is one node of an institute's hub: a NATS server that labs' servers connect to as leaves and viewers as clients. One node
// alone, or three that replicate what they keep, of which any one may fail. It keeps what the labs hand over until a viewer has stored it, and
// the last status of each agent. It is transport, never the truth.
package hubnode
