package command

import (
	"time"

	"pychron-edge/drawing"
)

// drawn is what the commander remembers of the line as it is drawn. The commander's mu guards it.
type drawn struct {
	tracker drawing.Tracker
	line    *drawing.Line
	last    drawing.Situation // for which the tracker has seen the regions

	moved     bool          // something stands otherwise than the status has published
	published time.Duration // when it was published for that
}
