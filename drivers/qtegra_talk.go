package drivers

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// qtegraSettle is how long the script takes to change its integration time.
const qtegraSettle = 2 * time.Second

// ask sends a request and returns its reply; a text that starts "Error" is a refusal: "Frobnicate" -> "Error: Invalid Command".
func (q *qtegra) ask(ctx context.Context, request string) (string, error) {
	text, err := q.line.ask(ctx, request)
	if err != nil {
		return "", err
	}
	if text = strings.TrimSpace(text); strings.HasPrefix(text, "Error") {
		return "", refused(request, text)
	}
	return text, nil
}

func (q *qtegra) number(ctx context.Context, request string) (float64, error) {
	text, err := q.ask(ctx, request)
	if err != nil {
		return 0, err
	}
	v, err := normal(text)
	if err != nil {
		return 0, unknown(request, text, err)
	}
	return v, nil
}

func (q *qtegra) truth(ctx context.Context, request string) (bool, error) {
	text, err := q.ask(ctx, request)
	if err != nil {
		return false, err
	}
	if text != "True" && text != "False" {
		return false, unknown(request, text, nil)
	}
	return text == "True", nil
}

// command sends a request that is answered by OK.
func (q *qtegra) command(ctx context.Context, request string) error {
	text, err := q.ask(ctx, request)
	if err == nil && text != "OK" {
		err = garbled(request, text, nil)
	}
	return err
}

// Controls are the integration time (idle is the stock value), the parameters that may be set, and the valves.
func (q *qtegra) Controls() []Control {
	var controls []Control
	if len(q.options.Detectors) > 0 {
		controls = append(controls, Control{Name: "integration_time", Unit: Seconds, Min: 0.065536, Max: 70, Idle: 1.048576})
	}
	for _, p := range q.options.Parameters {
		if p.Set != "" {
			controls = append(controls, Control{Name: p.Name, Unit: p.Unit, Min: p.Min, Max: p.Max, Idle: p.Min})
		}
	}
	return append(controls, q.valves.controls()...)
}

// Set sets the integration time or a parameter, or moves a valve.
//
//	"SetIntegrationTime 1.048576" -> "OK", and 2 s of rest
//	"SetParameter Y-Symmetry Set,10.5" -> "OK"; "SetParameter Nope,1" -> "Error: could not set Nope to 1"
func (q *qtegra) Set(ctx context.Context, control string, value float64) error {
	if _, err := pick(q.Controls(), control, value); err != nil {
		return err
	}
	if control == "integration_time" {
		return q.setIntegration(ctx, value)
	}
	for _, p := range q.options.Parameters {
		if p.Name == control && p.Set != "" {
			return q.command(ctx, "SetParameter "+p.Set+","+plain(value/p.Scale))
		}
	}
	return q.valves.set(ctx, control, value)
}

// setIntegration sets the integration time, and makes sure that it is there: of the times up to a minute the longest differ by more than the
// shortest last, and one that was acknowledged and not set is no rounding.
func (q *qtegra) setIntegration(ctx context.Context, seconds float64) error {
	command := "SetIntegrationTime " + plain(seconds)
	if err := q.command(ctx, command); err != nil {
		return err
	}
	if err := q.wait(ctx, qtegraSettle); err != nil {
		return err
	}
	got, err := q.number(ctx, "GetIntegrationTime")
	if err == nil && math.Abs(got-seconds) > seconds/100 {
		return refused(command, fmt.Sprintf("and it is %g", got))
	}
	return err
}

// plain is a number as the script reads it: no exponent, nine digits at most.
func plain(v float64) string {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 9, 64), 64)
	if err != nil {
		short = v
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// moveValve opens or closes: "Open <hardware name>" -> "OK".
func (q *qtegra) moveValve(ctx context.Context, valve string, open bool) error {
	return q.command(ctx, map[bool]string{true: "Open ", false: "Close "}[open]+valve)
}

// valveOpen asks: "GetValveState <hardware name>" -> "True".
func (q *qtegra) valveOpen(ctx context.Context, valve string) (bool, error) {
	return q.truth(ctx, "GetValveState "+valve)
}

// Halt closes the valves. The source is left as it is: it is no hazard, and takes a day to settle.
func (q *qtegra) Halt(ctx context.Context) error {
	if err := q.valves.halt(ctx); err != nil {
		return fmt.Errorf("halt: %w", err)
	}
	return nil
}
