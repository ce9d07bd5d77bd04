package probe

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"pychron-edge/drivers"
	"pychron-edge/drivers/line"

	"pychron-edge/agent/task"
)

// announce says what will be sent.
func announce(out io.Writer, p *place, groups []*group) {
	fmt.Fprintf(out, "on %s, to find out what answers, each at most twice:\n", p.address)
	for _, g := range groups {
		fmt.Fprintf(out, "  at %s\n", settings(g.address.Line))
		for _, c := range g.candidates {
			fmt.Fprintf(out, "    %-24s %s\n", c.plan.Model.Name, strings.Join(quoted(c.requests), " "))
			if resync := c.plan.Line.Line.Resync; len(resync) > 0 {
				fmt.Fprintf(out, "    %-24s %q first, and after what failed\n", "", resync)
			}
		}
	}
}

func quoted(all []string) (some []string) {
	for _, text := range all {
		some = append(some, fmt.Sprintf("%q", text))
	}
	return some
}

// settings are those of a line as people say them: 9600 8N1.
func settings(l drivers.LineSettings) string {
	handshake := ""
	if l.RTSCTS {
		handshake = " RTS/CTS"
	}
	return fmt.Sprintf("%d %d%s%d%s", baud(l), cmp.Or(l.Bits, 8), strings.ToUpper(cmp.Or(l.Parity, "none")[:1]), cmp.Or(l.Stop, 1), handshake)
}

func baud(l drivers.LineSettings) int { return cmp.Or(l.Baud, 9600) }

// ask opens the line with the settings of the group, and asks for one model after the other. An error is one of the line.
func (g *group) ask(ctx context.Context, out io.Writer, o line.Options) (found []Found, err error) {
	owner := line.NewOwner(g.address, o)
	var ports []drivers.Port
	for _, c := range g.candidates {
		ports = append(ports, owner.PortWith(c.plan.Name, c.plan.Line.Line))
	}
	var failed error
	lines := task.NewGroup(ctx, func(err error) { failed = err })
	lines.Start("line", owner.Run)
	defer func() {
		lines.Stop()
		err = errors.Join(err, failed)
	}()
	for i, c := range g.candidates {
		identity, err := c.ask(ctx, ports[i])
		if errors.Is(err, drivers.ErrTimeout) { // what was sent for another model may have stood in front of it
			identity, err = c.ask(ctx, ports[i])
		}
		switch {
		case errors.Is(err, drivers.ErrPortLost) || ctx.Err() != nil:
			return found, err
		case err != nil:
			fmt.Fprintf(out, "%s: %s\n", c.plan.Model.Name, oneLine(err.Error()))
		default:
			fmt.Fprintf(out, "%s: answered: %s\n", c.plan.Model.Name, identity)
			found = append(found, Found{c.plan.Model.Name, identity, c.block})
		}
		if errors.Is(err, drivers.ErrGarbled) {
			owner.SuspectReply()
		}
	}
	return found, nil
}

// ask is what hangs on the port by the driver of one model.
func (c *candidate) ask(ctx context.Context, port drivers.Port) (string, error) {
	device, err := c.plan.Model.Open(drivers.Wires{Port: &announced{port, c.requests}, Wait: wait}, c.plan.Decoded)
	if err != nil {
		return "", err
	}
	identity, _, err := c.identity(ctx, device)
	return identity, err
}

// identity asks a device what it is; one that does not say is read, and says that it answers.
func (c *candidate) identity(ctx context.Context, device drivers.Device) (text string, reads bool, err error) {
	i, ok := device.(drivers.Identifier)
	if o, described := c.plan.Decoded.(*drivers.ASCIIOptions); described && o.Identify == "" {
		ok = false
	}
	if o, described := c.plan.Decoded.(*drivers.ModbusOptions); described && o.Identify == nil {
		ok = false
	}
	if !ok {
		readings, err := device.Read(ctx)
		known := slices.ContainsFunc(readings, func(r drivers.Reading) bool { return r.Missing == "" })
		if err == nil && !known {
			err = errors.New("it answered, and nothing was understood")
		}
		return fmt.Sprintf("%d readings; it does not say what it is", len(readings)), true, err
	}
	id, err := i.Identify(ctx)
	return cmp.Or(oneLine(strings.TrimSpace(id.Model+" "+id.Serial)), "it does not say what it is"), false, err
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// announced is a Port on which nothing is sent that was not said beforehand.
type announced struct {
	drivers.Port
	requests []string
}

// Transact is [drivers.Port.Transact].
func (a *announced) Transact(ctx context.Context, request []byte, split bufio.SplitFunc) ([]byte, error) {
	if !slices.Contains(a.requests, string(request)) {
		return nil, fmt.Errorf("it answered, and would be asked %q, which was not said beforehand", request)
	}
	return a.Port.Transact(ctx, request, split)
}

// Hold is [drivers.Port.Hold].
func (a *announced) Hold(ctx context.Context, f func(drivers.Port) error) error {
	return a.Port.Hold(ctx, func(port drivers.Port) error { return f(&announced{port, a.requests}) })
}
