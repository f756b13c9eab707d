package main

import (
	"sync"
	"sync/atomic"
	"time"
)

const period = time.Millisecond

// ticker sleeps a millisecond again and again and notes in milliseconds how late it comes back.
type ticker struct {
	lock     sync.Mutex
	lateness []float64
	start    time.Time
	stopping uint32
	spawns   bool
}

func startTicker(spawns bool) *ticker {
	t := &ticker{spawns: spawns, start: time.Now()}
	go t.run()
	return t
}

func (t *ticker) run() {
	for atomic.LoadUint32(&t.stopping) == 0 {
		start := time.Now()
		t.lock.Lock()
		t.start = start
		t.lock.Unlock()
		time.Sleep(period)
		if t.spawns {
			done := make(chan struct{})
			go close(done)
			<-done
		}
		t.lock.Lock()
		t.lateness = append(t.lateness, (time.Since(start)-period).Seconds()*1e3)
		t.lock.Unlock()
	}
}

func (t *ticker) stop() { atomic.StoreUint32(&t.stopping, 1) }

// take returns what was noted since the last reset, including the tick still overdue.
func (t *ticker) take() []float64 {
	t.lock.Lock()
	defer t.lock.Unlock()
	result := append([]float64(nil), t.lateness...)
	if overdue := time.Since(t.start) - period; overdue > 0 {
		result = append(result, overdue.Seconds()*1e3)
	}
	return result
}

func (t *ticker) reset() {
	t.lock.Lock()
	t.lateness = t.lateness[:0]
	t.lock.Unlock()
}

// resetWhenRunning forgets what was noted so far, once some ticks show that the ticker runs.
func (t *ticker) resetWhenRunning() {
	t.reset()
	for len(t.take()) < 3 {
		time.Sleep(5 * time.Millisecond)
	}
	t.reset()
}
