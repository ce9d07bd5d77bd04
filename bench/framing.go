package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
)

// framing is how an instrument speaks: where a request ends, and what it answers. next gives the number of an answer with a pressure.
type framing struct {
	cut    func(in []byte) (request, rest []byte, ok bool)
	answer func(request []byte, next func() int) []byte
}

var framings = map[string]*framing{
	"ascii":  {cut: ending("\r"), answer: func(_ []byte, next func() int) []byte { return []byte(pressure(next()) + "\r") }},
	"mks":    {cut: ending(";FF"), answer: mks},
	"modbus": {cut: counted, answer: modbus},
}

// pressure is another one each time, and never one that jumps.
func pressure(n int) string { return fmt.Sprintf("%d.%02dE-5", 1+n/100%9, n%100) }

func ending(end string) func([]byte) ([]byte, []byte, bool) {
	return func(in []byte) ([]byte, []byte, bool) { return bytes.Cut(in, []byte(end)) }
}

// mks speaks enough of the 937B for a read and for an identification.
func mks(request []byte, next func() int) []byte {
	reply := "NAK160"
	switch {
	case bytes.HasSuffix(request, []byte("PR1?")):
		reply = "ACK" + pressure(next())
	case bytes.HasSuffix(request, []byte("U?")):
		reply = "ACKTORR"
	case bytes.HasSuffix(request, []byte("MD?")):
		reply = "ACK937B"
	case bytes.HasSuffix(request, []byte("SN?")):
		reply = "ACK1234567890"
	case bytes.HasSuffix(request, []byte("MT?")):
		reply = "ACKCC,PR,NC"
	}
	return []byte("@253" + reply + ";FF")
}

// counted is a request of Modbus RTU that reads registers: eight bytes.
func counted(in []byte) (request, rest []byte, ok bool) {
	if len(in) < 8 {
		return nil, in, false
	}
	return in[:8], in[8:], true
}

// modbus answers with one number of 32 bits, whatever registers are asked for.
func modbus(request []byte, next func() int) []byte {
	n := next()
	reply := binary.BigEndian.AppendUint32([]byte{request[0], request[1], 4}, math.Float32bits(1e-5*float32(1+n%800)))
	return binary.LittleEndian.AppendUint16(reply, crc(reply))
}

// crc is that of Modbus: polynomial A001h, reflected, from FFFFh.
func crc(b []byte) uint16 {
	sum := uint16(0xFFFF)
	for _, c := range b {
		sum ^= uint16(c)
		for range 8 {
			odd := sum & 1
			sum >>= 1
			if odd == 1 {
				sum ^= 0xA001
			}
		}
	}
	return sum
}
