package templates

import (
	"maps"
	"reflect"
	"slices"
)

// MergeFilled writes the values of a new fill over current ones, but only where current is still empty or still holds
// what the previous fill wrote: what a person has changed since stays. It is for filling again, after a replay or when
// a lead's answers have come. It returns the merged values and the keys it wrote, sorted; none of the maps is changed.
//
// The maps may hold the custom fields, or a title and a description. A value the new fill no longer has is kept.
func MergeFilled(current, previousFill, newFill map[string]any) (merged map[string]any, written []string) {
	merged = maps.Clone(current)
	if merged == nil {
		merged = make(map[string]any, len(newFill))
	}
	for key, v := range newFill {
		now := current[key]
		ours := isEmpty(now) || reflect.DeepEqual(now, previousFill[key])
		if ours && !isEmpty(v) && !reflect.DeepEqual(now, v) {
			merged[key] = v
			written = append(written, key)
		}
	}
	slices.Sort(written)
	return merged, written
}

func isEmpty(v any) bool {
	if v == nil || v == "" {
		return true
	}
	list, isList := v.([]any)
	return isList && len(list) == 0
}
