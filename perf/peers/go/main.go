// Command peer runs one of the standard workloads in Go and prints what it measured as one line of JSON, the same
// line that perf/Compare's own children print. Usage: peer WORKLOAD full|quick.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"sort"
	"time"
)

// metric is one measured quantity; the name is empty for a workload's main one.
type metric struct {
	Name              string    `json:"name"`
	Samples           []float64 `json:"samples"`
	BytesPerOperation *float64  `json:"bytesPerOperation"`
}

type output struct {
	Metrics          []metric `json:"metrics"`
	CollectionCounts []int    `json:"collectionCounts"`
}

// scale says how much is done: the sizes of the definitions, or less.
type scale struct{ quick bool }

func (s scale) pick(full, quick int) int {
	if s.quick {
		return quick
	}
	return full
}

// Go has one way of spawning and of yielding, so variants that differ only in .NET share a workload here.
var workloads = map[string]func(scale) ([]metric, error){
	"SpawnRemote raw":       spawn,
	"SpawnRemote StartNew":  spawn,
	"SpawnLocal raw":        spawn,
	"SpawnLocal StartNew":   spawn,
	"Yield Task.Yield":      yield,
	"Yield Go.Yield":        yield,
	"PingPong":              pingPong,
	"PingPong Chan":         pingPong,
	"FanIn":                 fanIn,
	"FanIn Chan":            fanIn,
	"Skynet":                skynet,
	"Skynet Chan":           skynet,
	"Fib":                   fib,
	"Parked Run":            parked,
	"Parked Post":           parked,
	"Blocking Thread.Sleep": func(s scale) ([]metric, error) { return blocking(s, sleepNatively) },
	"Blocking usleep":       func(s scale) ([]metric, error) { return blocking(s, sleepNatively) },
	"Blocking Task.Wait":    func(s scale) ([]metric, error) { return blocking(s, sleepInRuntime) },
	"Hogs":                  hogs,
	"Idle":                  idle,
}

func main() {
	if len(os.Args) != 3 || (os.Args[2] != "full" && os.Args[2] != "quick") {
		fail(2, "usage: peer WORKLOAD full|quick")
	}
	workload, ok := workloads[os.Args[1]]
	if !ok {
		fail(2, fmt.Sprintf("there is no workload %q", os.Args[1]))
	}
	metrics, err := workload(scale{quick: os.Args[2] == "quick"})
	if err != nil {
		fail(1, err.Error())
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	line, err := json.Marshal(output{metrics, []int{int(stats.NumGC)}})
	if err != nil {
		fail(1, err.Error())
	}
	fmt.Println(string(line))
}

func fail(code int, reason string) {
	fmt.Fprintln(os.Stderr, reason)
	os.Exit(code)
}

// check returns an error if a workload's result is wrong.
func check(expected, actual int64, what string) error {
	if expected != actual {
		return fmt.Errorf("%s is %d, but should be %d", what, actual, expected)
	}
	return nil
}

// nanosecondsEach measures a body several times, in nanoseconds per operation.
func nanosecondsEach(s scale, operations int, body func() error) ([]metric, error) {
	return measure(s, operations, 1/float64(operations), body)
}

// milliseconds measures a body several times, in milliseconds for the whole.
func milliseconds(s scale, operations int, body func() error) ([]metric, error) {
	return measure(s, operations, 1e-6, body)
}

// measure runs the body twice unmeasured, which grows the heap and starts the threads; compiled code needs no more.
func measure(s scale, operations int, factor float64, body func() error) ([]metric, error) {
	for i := 0; i < 2; i++ {
		if err := body(); err != nil {
			return nil, err
		}
	}
	var samples, bytes []float64
	for i := 0; i < s.pick(5, 3); i++ {
		runtime.GC()
		before := allocatedBytes()
		start := time.Now()
		if err := body(); err != nil {
			return nil, err
		}
		samples = append(samples, float64(time.Since(start).Nanoseconds())*factor)
		bytes = append(bytes, float64(allocatedBytes()-before)/float64(operations))
	}
	each := percentile(bytes, 0.5)
	return []metric{{Samples: samples, BytesPerOperation: &each}}, nil
}

func allocatedBytes() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

// percentile interpolates between neighbours; a fraction of 0 is the least value and 1 the greatest.
func percentile(values []float64, fraction float64) float64 {
	sorted := append([]float64(nil), values...)
	sort.Float64s(sorted)
	position := fraction * float64(len(sorted)-1)
	below := int(position)
	above := below + 1
	if above >= len(sorted) {
		above = len(sorted) - 1
	}
	return sorted[below] + (position-float64(below))*(sorted[above]-sorted[below])
}

func single(name string, value float64) metric {
	return metric{Name: name, Samples: []float64{value}}
}
