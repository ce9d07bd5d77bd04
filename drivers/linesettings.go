package drivers

import "time"

// LineSettings are what a line is like: the defaults of a model, overridden by the query of a port's URL.
type LineSettings struct {
	Baud     int           // bits per second; 0 = 9600
	Bits     int           // data bits, 7 or 8; 0 = 8
	Parity   string        // "none", "even", "odd", "mark", "space"; "" = none
	Stop     int           // stop bits, 1 or 2; 0 = 1
	RTSCTS   bool          // hardware flow control
	DTR      string        // level of the DTR signal while the line is open: "on", "off"; "" = on, as the kernel opens it
	KeepDTR  bool          // DTR stays as it is when the line is closed, also by a kill: a board that resets at its edge does not
	RS485    string        // who switches the transmitter: "kernel" (the UART's driver), "rts" (we do, by RTS); "" = the adapter
	Gap      time.Duration // minimum time between the end of an exchange and the next
	Settle   time.Duration // wait after opening before the first exchange (a board that resets)
	Deadline time.Duration // longest wait for a reply; 0 = 500 ms
	Flush    time.Duration // longest time spent discarding before a request; 0 = 50 ms
	Resync   []byte        // sent once after opening and after a failed exchange (ETX, EOT, zeros, LF)
	Echo     string        // "none", "line" (the request comes back before the reply), "char" (each byte is awaited); "" = none
	OneShot  bool          // of TCP: each request is a connection of its own, whose end is the end of the reply
	Unasked  string        // separator of lines that come unasked ("\n"); "" = there are none
}
