// Package nats speaks as much of NATS' client protocol as the viewer needs: publish, subscribe, and requests that are answered. A
// connection is used until it is lost and never again; whoever needs another one makes it. It knows nothing of what is carried.
package nats
