package channel

import "kontor/domain/errs"

// Registry holds the adapters by their kinds, in the order of registration.
type Registry struct {
	order    []string
	adapters map[string]Adapter
}

// NewRegistry makes a registry; two adapters of one kind are a fault of the program.
func NewRegistry(adapters ...Adapter) *Registry {
	r := &Registry{adapters: map[string]Adapter{}}
	for _, a := range adapters {
		kind := a.Describe().Kind
		if r.adapters[kind] != nil {
			panic("two adapters of kind " + kind)
		}
		r.order = append(r.order, kind)
		r.adapters[kind] = a
	}
	return r
}

// Of returns the adapter of a kind.
func (r *Registry) Of(kind string) (Adapter, error) {
	a := r.adapters[kind]
	if a == nil {
		return nil, errs.New(errs.Invalid, "channel.unknown_kind", "kind", kind)
	}
	return a, nil
}

// Describe returns every kind's description.
func (r *Registry) Describe() []Description {
	all := make([]Description, 0, len(r.order))
	for _, kind := range r.order {
		all = append(all, r.adapters[kind].Describe())
	}
	return all
}

// Kinds returns the names of all kinds.
func (r *Registry) Kinds() (kinds []string) {
	for _, d := range r.Describe() {
		kinds = append(kinds, d.Kind)
	}
	return kinds
}
