package main

import (
	"runtime"
	"sync"
	"time"
)

const blockTime = 100 * time.Millisecond

// sleepInRuntime is Go's way of waiting: it parks the goroutine and keeps no thread.
func sleepInRuntime(duration time.Duration) error {
	time.Sleep(duration)
	return nil
}

// blocking lets many goroutines block for 100 ms each while a ticker wants to stay on time; first cold, then warm.
func blocking(s scale, sleep func(time.Duration) error) ([]metric, error) {
	t := startTicker(false)
	defer t.stop()
	coldWall, coldTick, err := blockAll(t, s.pick(500, 16), sleep)
	if err != nil {
		return nil, err
	}
	warmWall, warmTick, err := blockAll(t, s.pick(500, 16), sleep)
	if err != nil {
		return nil, err
	}
	return []metric{
		single("", warmWall), single("cold wall", coldWall),
		single("ticker worst", warmTick), single("cold ticker worst", coldTick),
	}, nil
}

func blockAll(t *ticker, count int, sleep func(time.Duration) error) (wall, worst float64, err error) {
	t.resetWhenRunning()
	errs := make(chan error, count)
	start := time.Now()
	for i := 0; i < count; i++ {
		go func() { errs <- sleep(blockTime) }()
	}
	for i := 0; i < count; i++ {
		if e := <-errs; e != nil {
			err = e
		}
	}
	return time.Since(start).Seconds(), percentile(append(t.take(), 0), 1), err
}

// hogs lets twice as many goroutines as processors compute without a pause while a ticker wants to stay on time.
func hogs(s scale) ([]metric, error) {
	const stepCount = 1_000_000
	t := startTicker(true)
	defer t.stop()
	t.resetWhenRunning()
	deadline := time.Now().Add(time.Duration(s.pick(3, 1)) * time.Second)
	var done sync.WaitGroup
	for i := 0; i < 2*runtime.NumCPU(); i++ {
		done.Add(1)
		go func() {
			for time.Now().Before(deadline) {
				spin(stepCount)
			}
			done.Done()
		}()
	}
	done.Wait()
	lateness := t.take()
	return []metric{
		single("ticker p50", percentile(lateness, 0.50)), single("ticker p99", percentile(lateness, 0.99)),
	}, nil
}

//go:noinline
func spin(stepCount int) uint32 {
	state := uint32(1)
	for i := 0; i < stepCount; i++ {
		state = state*1_664_525 + 1_013_904_223
	}
	return state
}
