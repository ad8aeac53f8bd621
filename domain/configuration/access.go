package configuration

import (
	"context"
	"maps"
	"slices"
	"strings"

	"kontor/domain/access"
	"kontor/domain/ids"
)

// accessOf is who may do what on a channel. Whoever has gone is left out.
func accessOf(g access.Grants, n names) *Access {
	x := g.Settings()
	return &Access{
		AllStaff: x.AllStaff, AllTeams: x.AllTeams, Staff: calledRoles(n, people, x.Staff), Teams: calledRoles(n, teams, x.Teams),
	}
}

func calledRoles(n names, sort string, roles map[ids.ID]access.Role) map[string]access.Role {
	out := map[string]access.Role{}
	for id, r := range roles {
		if name := n.nameOf(sort, id.String()); name != "" {
			out[name] = r
		}
	}
	return out
}

// access brings who may do what on a channel to what the document says. Nobody can shut themselves out by it: whoever applies
// a document is an admin, and admins supervise every channel.
func (a *applying) access(ctx context.Context, path string, x, old Channel) error {
	if x.Access == nil {
		return nil
	}
	wrong := a.faults()
	want := access.Settings{
		AllStaff: a.role(x.Access.AllStaff, access.Default, path+".all_staff"),
		AllTeams: a.role(x.Access.AllTeams, access.None, path+".all_teams"),
		Staff:    a.roles(people, x.Access.Staff, path+".staff"), Teams: a.roles(teams, x.Access.Teams, path+".teams"),
	}
	if a.faults() > wrong {
		return nil
	}
	_, _, err := a.Access.Set(ctx, a.by, parsed(old.id), want, false) // it writes nothing where nothing is another
	return a.refused(path, err)
}

func (a *applying) role(r, otherwise access.Role, path string) access.Role {
	switch {
	case r == "":
		return otherwise
	case !r.Valid():
		a.problem(path, "configuration.role")
	}
	return r
}

// roles finds whom roles are given to.
func (a *applying) roles(sort string, given map[string]access.Role, path string) map[ids.ID]access.Role {
	out := map[ids.ID]access.Role{}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		here, called := join(path, name), name
		if sort == people {
			called = strings.ToLower(strings.TrimSpace(name))
		}
		if id, ok := a.ref(sort, called, here); ok {
			if _, twice := out[id]; twice {
				a.problem(here, "configuration.name_twice", "name", shorten(name))
			}
			out[id] = a.role(given[name], access.None, here)
		}
	}
	return out
}
