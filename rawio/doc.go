// Package rawio reads and writes descriptors that never block, without telling the scheduler of the runtime.
//
// The runtime takes every read(2) and write(2) for one that may block: it wakes its monitor thread, which then naps and looks, naps and
// looks, and costs a quarter of what a reading costs. A descriptor in non-blocking mode comes back at once, so that there is nothing to
// watch. Waiting is left to the caller ([syscall.RawConn]), which waits by epoll as the standard library does.
//
// It must not be used on a descriptor that may block: nothing would run meanwhile.
package rawio
