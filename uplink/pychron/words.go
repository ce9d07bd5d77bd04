package pychron

import (
	"fmt"
	"net/netip"
	"strings"
)

// statesOf is what holds of each valve, with its CRC: "A0,B1,C0" + "3446".
func statesOf(valves []Valve, holds func(*Valve) bool) string {
	parts := make([]string, len(valves))
	for n := range valves {
		parts[n] = valves[n].Name + "0"
		if holds(&valves[n]) {
			parts[n] = valves[n].Name + "1"
		}
	}
	return withCRC(strings.Join(parts, ","))
}

// compactStates is a word of version 1, in the form the client reads: names, and their bits in hexadecimal, of which the last name
// has the lowest. "A,B,C|2" + "6df6".
func compactStates(valves []Valve, holds func(*Valve) bool) string {
	names, bits := make([]string, len(valves)), make([]byte, len(valves))
	for n := range valves {
		names[n], bits[n] = valves[n].Name, '0'
		if holds(&valves[n]) {
			bits[n] = '1'
		}
	}
	return withCRC(strings.Join(names, ",") + "|" + hexOf(string(bits)))
}

// hexOf is a binary number in hexadecimal, however long it is.
func hexOf(bits string) string {
	bits = strings.Repeat("0", (4-len(bits)%4)%4) + bits
	var b strings.Builder
	for n := 0; n < len(bits); n += 4 {
		nibble := 0
		for _, bit := range bits[n : n+4] {
			nibble = nibble<<1 | int(bit-'0')
		}
		fmt.Fprintf(&b, "%X", nibble)
	}
	if s := strings.TrimLeft(b.String(), "0"); s != "" {
		return s
	}
	return "0"
}

// ownersText is who owns which valves: "10.0.0.2-A,B:C,D", where C and D are free. A client splits it at - : and , without
// protection, and takes a single group for free valves, so that one owner of everything has a : behind it.
func ownersText(valves []Valve, other string) string {
	var order []string
	owned := map[string][]string{}
	for n := range valves {
		owner := ownerOf(valves[n].Owner, other)
		if _, seen := owned[owner]; !seen {
			order = append(order, owner)
		}
		owned[owner] = append(owned[owner], valves[n].Name)
	}
	var groups []string
	for _, owner := range order {
		names := strings.Join(owned[owner], ",")
		if owner != "" {
			names = owner + "-" + names
		}
		groups = append(groups, names)
	}
	text := strings.Join(groups, ":")
	if len(order) == 1 && order[0] != "" {
		text += ":"
	}
	return text
}

// ownerOf is an owner as it stands in the word: the IPv4 address of a client, other for everybody else, "" for nobody.
func ownerOf(who, other string) string {
	if who == "" {
		return ""
	}
	if a, err := netip.ParseAddr(strings.TrimPrefix(who, whoPrefix)); err == nil && a.Unmap().Is4() {
		return a.Unmap().String()
	}
	return other
}
