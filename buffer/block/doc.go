// Package block keeps readings in columns.
//
// A block holds readings of one series: everything that is the same in all of them stands once, in its [Key]; what varies (number,
// time, value, bound, the reasons and notes) stands in columns, each coded by what comes next being much like what came before.
// An [Appender] makes a block of events, an [Iterator] gives them back, to the last bit. A block of a gauge that moves takes five to six
// bytes a reading. docs/blocks.md describes every byte, so that another program can read it.
//
// [Ring] keeps blocks in a fixed piece of memory that forgets the oldest, and a [Packer] fills it with what a [buffer.Ring] is about to overwrite.
//
// The package does not talk to the network or to the disk, and starts no goroutine. It uses the standard library only.
package block
