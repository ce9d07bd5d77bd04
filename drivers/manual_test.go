package drivers_test

import (
	"errors"
	"testing"

	"pychron-edge/drivers"
)

func TestManualValve(t *testing.T) {
	valve := open(t, "manual", nil, nil).(drivers.Actuator)
	if got, err := valve.Read(t.Context()); err != nil || got[0].Missing == "" {
		t.Errorf("before it was reported it reads %+v, %v, want missing", got, err)
	}
	for _, value := range []float64{1, 0} {
		if err := valve.Set(t.Context(), "open", value); err != nil {
			t.Fatal(err)
		}
		if err := valve.Halt(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got, err := valve.Read(t.Context()); err != nil || got[0].Missing != "" || got[0].Value != value {
			t.Errorf("reported %g and halted it reads %+v, %v", value, got, err)
		}
	}
	if err := valve.Set(t.Context(), "open", 0.5); !errors.Is(err, drivers.ErrRange) {
		t.Errorf("Set(open, 0.5) = %v, want ErrRange", err)
	}
	valve.(drivers.Restorer).Restore("open", 1)
	if got, _ := valve.Read(t.Context()); got[0].Value != 1 {
		t.Errorf("restored open, it reads %+v", got)
	}
	valve.(drivers.Restorer).Restore("open", 7)
	if got, _ := valve.Read(t.Context()); got[0].Value != 1 {
		t.Errorf("restored to nonsense, it reads %+v", got)
	}
}
