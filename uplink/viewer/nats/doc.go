// Package nats speaks as much of NATS' client protocol as the viewer needs: publish, subscribe, and requests that are answered. A
// connection is used until it is lost and never again; whoever needs another one makes it. It knows nothing of what is carried.
//
// The library nats.go 1.53 does all of this and more, and would make the viewer 1.0 MB larger than the 34 MB that it may have.
package nats
