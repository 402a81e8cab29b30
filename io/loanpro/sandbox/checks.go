package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

func oneOf[T cmp.Ordered](name string, got T, want ...T) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s %v: give one of %s", name, got, strings.Trim(fmt.Sprint(want), "[]"))
}

// emptyOrOneOf is oneOf, but "" passes too.
func emptyOrOneOf(name, got string, want ...string) error {
	if got == "" {
		return nil
	}
	return oneOf(name, got, want...)
}

func notNegative[T ~int | ~int64](name string, got T) error {
	if got >= 0 {
		return nil
	}
	return fmt.Errorf("%s %v: give 0 or more", name, got)
}

func isShare(name string, got float64) error {
	if got >= 0 && got <= 1 {
		return nil
	}
	return fmt.Errorf("%s %v: give a share from 0 to 1", name, got)
}
