package main

import "pychron-edge/buffer"

// maxStreams is how many streams are remembered. Beyond, all are forgotten: the store knows them.
const maxStreams = 16384

// stream is one numbering.
type stream struct {
	source, boot string
	lane         buffer.Lane
}

func streamOf(e *buffer.Event) stream { return stream{e.Source, e.Boot, e.Lane} }
