package configuration

import (
	"reflect"
)

// match finds for each wanted thing the one there is that it means: -1 when there is none. It is the one of the same name
// and preset, else of the same preset, whatever it is called, else of the same name. Where a name stands twice, the first
// means the first.
func match(there, wanted []Named) []int {
	found, taken := make([]int, len(wanted)), make([]bool, len(there))
	for i := range found {
		found[i] = -1
	}
	for _, same := range []func(a, b Named) bool{
		func(a, b Named) bool { return a.Name == b.Name && a.Preset == b.Preset },
		func(a, b Named) bool { return a.Preset != "" && a.Preset == b.Preset },
		func(a, b Named) bool { return a.Name == b.Name },
	} {
		for i, w := range wanted {
			for k, t := range there {
				if found[i] < 0 && !taken[k] && same(t, w) {
					found[i], taken[k] = k, true
				}
			}
		}
	}
	return found
}

// namedAll are things as match compares them.
func namedAll[T any](list []T, of func(T) Named) []Named {
	out := make([]Named, len(list))
	for i, x := range list {
		out[i] = of(x)
	}
	return out
}

// same tells whether two things say the same: as they are written, so that an empty list is as good as none.
func same(a, b any) bool {
	return sameNode(toNode(reflect.ValueOf(a)), toNode(reflect.ValueOf(b)))
}
