package templates

// Week is how many hours a week has.
const Week = 7 * 24

// Hour is who a task finds that is made in one hour of the week.
type Hour struct {
	Level     Level    // the one that wins; empty: nobody
	Available []string // ids of those who are there, through teams too
	Away      int      // how many get it and are not there
}

// WeekOf follows a chain through the week, with the roster as it is in each hour: 0 is the first hour of Monday. An hour with
// nobody available has tasks that wait for somebody to come.
func WeekOf(chain Chain, at func(hour int) *Roster) [Week]Hour {
	var week [Week]Hour
	for i := range week {
		roster := at(i)
		for _, level := range chain.levels() {
			people := roster.reached(level.assignees)
			if len(people) == 0 {
				continue
			}
			week[i] = hourOf(level.name, people)
			break
		}
	}
	return week
}

func hourOf(level Level, people []Member) Hour {
	hour := Hour{Level: level}
	seen := map[string]bool{}
	for _, m := range people {
		switch {
		case seen[m.ID]:
		case m.Available:
			hour.Available = append(hour.Available, m.ID)
		default:
			hour.Away++
		}
		seen[m.ID] = true
	}
	return hour
}
