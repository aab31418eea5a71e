package bench

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/perf/benchfmt"
)

// Recorder writes results in the Go benchmark format, each as soon as it is there.
type Recorder struct {
	w     io.Writer
	bench *benchfmt.Writer
	units []Unit
}

// NewRecorder begins a result file: the command that makes it again, as a comment, and what its units mean. Nothing in it
// depends on the host or the time.
func NewRecorder(w io.Writer, command string) (*Recorder, error) {
	return newRecorder(w, command, Units(), "exact")
}

// NewLiveRecorder is NewRecorder for results of real threads, which differ from run to run.
func NewLiveRecorder(w io.Writer, command string) (*Recorder, error) {
	return newRecorder(w, command, append(LiveUnits(), Unit{Name: spreadUnit, Better: "lower"}), "")
}

func newRecorder(w io.Writer, command string, units []Unit, assume string) (*Recorder, error) {
	r := &Recorder{w: w, bench: benchfmt.NewWriter(w), units: Units()}
	if _, err := fmt.Fprintf(w, "# made by: %s\n# regenerate, do not edit\n", command); err != nil {
		return nil, err
	}
	for _, u := range units {
		for _, kv := range [][2]string{{"assume", assume}, {"better", u.Better}} {
			if kv[1] == "" {
				continue
			}
			m := &benchfmt.UnitMetadata{UnitMetadataKey: benchfmt.UnitMetadataKey{Unit: u.Name, Key: kv[0]}, OrigUnit: u.Name, Value: kv[1]}
			if err := r.bench.Write(m); err != nil {
				return nil, err
			}
		}
	}
	return r, nil
}

// ContinueRecorder goes on writing to a file that holds results already, the last of them of the given machine: the bytes
// are those that one recorder would have written.
func ContinueRecorder(w io.Writer, machine string) *Recorder {
	to := &redirect{io.Discard}
	r := &Recorder{w: w, bench: benchfmt.NewWriter(to), units: Units()}
	if machine != "" { // the configuration that the file is in is written once more, to nowhere
		_ = r.bench.Write(&benchfmt.Result{Config: config(machine), Name: benchfmt.Name("X"), Iters: 1})
	}
	to.Writer = w
	return r
}

// redirect is a writer that can be pointed elsewhere.
type redirect struct{ io.Writer }

func config(machine string) []benchfmt.Config {
	return []benchfmt.Config{
		{Key: "engine", Value: []byte("virtual"), File: true},
		{Key: "machine", Value: []byte(machine), File: true},
	}
}

// Write appends one result. A cell that failed leaves a comment, which no reader takes for a figure.
func (r *Recorder) Write(res *Result) error {
	if res.Failed != nil {
		_, err := fmt.Fprintf(r.w, "# failed: %s\n", oneLine(res.Failed.Error()))
		return err
	}
	units := r.units
	rec := &benchfmt.Result{
		Config: config(res.Cell.Machine.Name),
		Name:   benchfmt.Name(res.Cell.Name()),
		Iters:  int(max(1, res.Out.Ops)),
	}
	if res.Out.Live != nil {
		rec.Config, units = liveConfig(res), LiveUnits()
	}
	for i := range units {
		u := &units[i]
		v := u.Value(res.Out)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s: %s is %v: not written", res.Cell.Name(), u.Name, v)
		}
		rec.Values = append(rec.Values, benchfmt.Value{Value: v, Unit: u.Name})
	}
	if res.Out.Live != nil && res.Spread >= 0 {
		rec.Values = append(rec.Values, benchfmt.Value{Value: res.Spread, Unit: spreadUnit})
	}
	return r.bench.Write(rec)
}

// Done reads a result file and returns how often each cell is in it, by machine and name, for a sweep that goes on where
// it stopped; machine is that of the last one. A last line that was cut off is not counted; size is where the whole
// lines end.
func Done(path string) (done map[string]int, machine string, size int64, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, "", 0, err
	}
	if i := strings.LastIndexByte(string(data), '\n'); i+1 < len(data) {
		data = data[:i+1]
	}
	if !strings.HasPrefix(string(data), "# made by: ") {
		return nil, "", 0, fmt.Errorf("%s: not a result file of lwbench", path)
	}
	done = make(map[string]int)
	r := benchfmt.NewReader(strings.NewReader(string(data)), path)
	for r.Scan() {
		if res, ok := r.Result().(*benchfmt.Result); ok {
			machine = res.GetConfig("machine")
			key := machine + " " + string(res.Name)
			if res.GetConfig("engine") == "live" {
				key = livePrefix + key
			}
			done[key]++
		}
	}
	return done, machine, int64(len(data)), r.Err()
}

// Key is what Done counts a cell under.
func (c *Cell) Key() string {
	if c.Live {
		return livePrefix + c.Machine.Name + " " + c.Name()
	}
	return c.Machine.Name + " " + c.Name()
}

// livePrefix begins the key of a cell on real threads.
const livePrefix = "live "
