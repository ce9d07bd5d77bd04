package pychron

import "strings"

// laserParts are the commands of parts that no laser has here: motors, light, camera, a map of the stage. What the client does with each answer
// stands in the sheet; some of it asks again for ever until it hears the right one.
var laserParts = map[string]func(call) string{
	"GetLaserStatus": always(noResponse), "Prepare": always(moved), "PrepareLaser": always(moved), "WakeScreen": always(moved),
	"SetDriveHome": noStage, "GoToHole": noStage, "GoToPoint": noStage, "GoToNamedPosition": noStage,
	"DoPattern": badPattern, "DoJog": badPattern, "IsPatterning": always("False"), "IsJogging": always("False"), "AbortPattern": always(moved), "AbortJog": always(moved),
	"GetPatternNames": always(""), "GetJogProcedures": always(""),
	"SetBeamDiameter": always("No Beam Motor"), "GetBeamDiameter": always("No Beam Motor"), "SetZoom": always("No Zoom Motor"), "GetZoom": always("No Zoom Motor"),
	"SetMotor": noMotor, "GetMotorMoving": noMotor, "SetMotorLock": noMotor,
	"SetSampleHolder": func(c call) string { return failure(errHolder, "Invalid sample holder. %s", shown(c.rest)) }, "GetSampleHolder": always(noResponse),
	"GetAutoCorrecting": always("False"), "CancelAutoCorrecting": always("False"), "IsTracing": always("False"), "StopTrace": always(moved),
	"Snapshot": always(noResponse), "GetResponseBlob": always(noResponse), "GetOutputBlob": always(noResponse),
	"SetLight": always(moved), "StartVideoRecording": always(noResponse), "StopVideoRecording": always(noResponse),
	"StartMeasureGrainPolygon": always(noResponse), "StopMeasureGrainPolygon": always(noResponse), "AcquireGrainPolygonBlob": always(noResponse), "GetGrainPolygonBlob": always(noResponse),
}

func always(reply string) func(call) string { return func(call) string { return reply } }

func noStage(c call) string {
	return failure(errPosition, "Laser failed to position: there is no stage for %s", c.name)
}

// badPattern refuses patterns: there are none, and one that is a pickle is never opened.
func badPattern(c call) string { return badArguments(c.request) }

func noMotor(c call) string {
	name := ""
	if len(c.args) > 0 {
		name = strings.TrimSpace(c.args[0])
	}
	return failure(errMotor, "no motor named %s available", shown(name))
}
