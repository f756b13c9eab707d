//go:build !linux

package main

import (
	"errors"
	"time"
)

func sleepNatively(time.Duration) error {
	return errors.New("this row uses nanosleep, which this program only calls on Linux")
}
