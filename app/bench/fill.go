package bench

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"kontor/domain/ids"
)

// What the rows of a data set are made of. Each row follows from its number alone, so that a table can be written without
// keeping another in memory, and a data set of a form is the same everywhere.
const (
	longTasks    = 200 // tasks with a page of comments
	longComments = 50
	someTasks    = 20_000
	mostComments = 1_000_000
	tags         = 50
	topics       = 12
)

// filler makes the rows of one account.
type filler struct {
	*customer
	n     uint64 // of the account in the set
	form  form
	began time.Time
	step  time.Duration
	last  []int32 // of each person, their last task
	words []string
}

func newFiller(n int, c *customer, f form, now time.Time) *filler {
	out := &filler{customer: c, n: uint64(n), form: f, began: now.Add(-f.Span), step: f.Span / time.Duration(c.Tasks), last: make([]int32, c.People), words: vocabulary()}
	for t := range c.Tasks {
		out.last[out.person(t)] = int32(t)
	}
	return out
}

// draw is a number that looks drawn at random, and is the same for the same things.
func (f *filler) draw(what uint64, i int) uint64 {
	x := f.n<<56 ^ what<<48 ^ uint64(i)
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// What is drawn.
const (
	ofPerson uint64 = iota + 1
	ofTask
	ofComment
	ofIdentity
	ofThread
	whoWrites
	howOpen
	whoseTask
	whichTag
	whichTopic
	whichWord
)

// unit is a draw between 0 and 1.
func (f *filler) unit(what uint64, i int) float64 { return float64(f.draw(what, i)>>11) / (1 << 53) }

// skewed picks one of n, the first far more often than the last.
func (f *filler) skewed(what uint64, i, n int) int {
	u := f.unit(what, i)
	return int(u * u * u * float64(n))
}

func (f *filler) id(what uint64, i int, at time.Time) (id ids.ID) {
	binary.BigEndian.PutUint64(id[0:8], uint64(at.UnixMilli())<<16|0x7000|f.draw(what, i)>>52)
	binary.BigEndian.PutUint64(id[8:16], 0x8000000000000000|f.draw(what+100, i)>>2)
	return id
}

func (f *filler) at(t int) time.Time {
	return f.began.Add(time.Duration(t) * f.step).UTC().Truncate(time.Microsecond)
}

// person is who a task is about: at first each comes with one, and then some of them come back.
func (f *filler) person(t int) int {
	if t < f.People {
		return t
	}
	return int(f.draw(whoWrites, t) % uint64(f.People))
}

func (f *filler) page(p int) page { return f.Pages[f.skewed(ofPerson, p, len(f.Pages))] }

// PSID is the platform's id of a person on their page.
func (f *filler) psid(p int) string { return fmt.Sprintf("7%d%013d", f.n, p) }

func (f *filler) name(p int) string {
	first, second := f.words[f.draw(ofPerson+200, p)%1000], f.words[1000+f.draw(ofPerson+201, p)%2000]
	return strings.ToUpper(first[:1]) + first[1:] + " " + strings.ToUpper(second[:1]) + second[1:]
}

func (f *filler) contactID(p int) ids.ID  { return f.id(ofPerson, p, f.at(p)) }
func (f *filler) identityID(p int) ids.ID { return f.id(ofIdentity, p, f.at(p)) }
func (f *filler) threadID(p int) ids.ID   { return f.id(ofThread, p, f.at(p)) }
func (f *filler) taskID(t int) ids.ID     { return f.id(ofTask, t, f.at(t)) }

// category is 0 new, 1 pending or 2 resolved. Only a person's last task may be open.
func (f *filler) category(t int) int {
	share := f.form.Open * f.form.Repeat
	switch u := f.unit(howOpen, t); {
	case int(f.last[f.person(t)]) != t || u >= share:
		return 2
	case u < 0.6*share:
		return 0
	}
	return 1
}

// assignee is who has a task; false for nobody.
func (f *filler) assignee(t int) (kind string, who ids.ID, ok bool) {
	switch {
	case f.unit(whoseTask, t) < 0.1:
		return "", ids.Nil, false
	case f.unit(whoseTask+201, t) < 0.02:
		return "team", f.Team, true
	}
	return "staff", f.Staff[f.draw(whoseTask+200, t)%uint64(len(f.Staff))], true
}

// isLong tells whether a task is one of those with a page of comments.
func (f *filler) isLong(t int) bool {
	return f.n == 0 && t%max(f.Tasks/longTasks, 1) == 0 && t/max(f.Tasks/longTasks, 1) < longTasks
}

// text is what a comment says: words that are used as often as words are.
func (f *filler) text(i int) string {
	var b strings.Builder
	for w := range 8 + int(f.draw(whichWord, i)%24) {
		if w > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(f.words[f.skewed(whichWord+1, i*64+w, len(f.words))])
	}
	return b.String()
}

// vocabulary is three thousand words, made of syllables.
func vocabulary() []string {
	syllables := strings.Fields("ba be bo da de do fa fi ga go ha hi ka ko la le lo ma me mi mo na ne no pa pe ra re ri ro sa se so ta te ti to va ve vo")
	words := make([]string, 0, 3000)
	for i := range cap(words) {
		n := len(syllables)
		words = append(words, syllables[i%n]+syllables[i/n%n]+syllables[(i*7+i/n/n)%n])
	}
	return words
}

// table is rows to write.
type table struct {
	name    string
	columns string
	n       int
	row     func(i int) []any // nil for none
}

// loader writes many rows at once.
type loader interface {
	load(ctx context.Context, db *sql.DB, t table) error
	before(ctx context.Context, db *sql.DB) error
	after(ctx context.Context, db *sql.DB) error
}

// fill writes a data set's rows into the accounts that were founded.
func fill(ctx context.Context, db *sql.DB, l loader, set *dataSet, say func(string, ...any)) error {
	if err := l.before(ctx, db); err != nil {
		return err
	}
	now := time.Now()
	for n := range set.Accounts {
		f := newFiller(n, &set.Accounts[n], set.Form, now)
		for _, t := range f.tables(&set.Comments) {
			say("  account %d: %s", n+1, t.name)
			if err := l.load(ctx, db, t); err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
		}
		f.Contact, f.Thread = f.contactID(0), f.threadID(0)
		for t := range min(f.People, someTasks) { // the first tasks are of different people
			f.Some = append(f.Some, f.taskID(t))
		}
	}
	say("  indexes")
	return l.after(ctx, db)
}

func (f *filler) tables(comments *int) []table {
	extra := 0
	for t := range f.Tasks {
		if f.isLong(t) {
			f.Long = append(f.Long, f.taskID(t))
			extra++
		}
	}
	first := min(f.Tasks, mostComments) // each of the newest tasks has one
	*comments += first + extra*(longComments-1)
	tasksWith := f.Long
	return []table{
		{"contacts", "account_id,id,kind,name,search_name,template_version,emails,phones,fields,filled,tags,group_name,created_at,updated_at,last_contact_at", f.People, f.contact},
		{"identities", "account_id,id,channel_id,external_id,contact_id,name,username,last_message_at,window_opened_at,window_until,unreachable,profile_at,created_at,updated_at", f.People, f.identity},
		{"conversations", "account_id,id,channel_id,type,key,contact_id,identity_id,standby,last_message_at,created_at,updated_at", f.People, f.conversation},
		{"tasks", taskColumns, f.Tasks, f.task},
		{"active_tasks", "account_id,scope,task_id", f.Tasks, f.active},
		{"task_assignees", "account_id,task_id,type,assignee_id,position", f.Tasks, f.assigned},
		{"task_tags", "account_id,task_id,tag", f.Tasks, f.tag},
		{"comments", commentColumns, first, func(i int) []any { return f.comment(f.Tasks-first+i, 0) }},
		{"comments", commentColumns, len(tasksWith) * (longComments - 1), func(i int) []any {
			return f.comment(i/(longComments-1)*max(f.Tasks/longTasks, 1), 1+i%(longComments-1))
		}},
		{"counters", "account_id,name,next", 1, func(int) []any { return []any{f.ID, "task", int64(f.Tasks + 1)} }},
	}
}

func (f *filler) contact(p int) []any {
	name, at := f.name(p), f.at(int(f.last[p]))
	return []any{
		f.ID, f.contactID(p), "person", name, strings.ToLower(name), int64(0), "[]", "[]", "{}", "{}", "[]", "", f.at(p), at, at,
	}
}

func (f *filler) identity(p int) []any {
	at := f.at(int(f.last[p]))
	return []any{
		f.ID, f.identityID(p), f.page(p).Channel, f.psid(p), f.contactID(p), f.name(p), "", at, at, at.Add(24 * time.Hour), "", at, f.at(p), at,
	}
}

func (f *filler) conversation(p int) []any {
	at := f.at(int(f.last[p]))
	return []any{
		f.ID, f.threadID(p), f.page(p).Channel, "dm", "dm:" + f.psid(p), f.contactID(p), f.identityID(p), false, at, f.at(p), at,
	}
}

const taskColumns = "account_id,id,number,title,description,template_id,template_version,status_set_id,status,category,active," +
	"priority,topic,assign_mode,fields,filled,contact_id,channel_id,conversation_id,scope,unread,snippet,started_at,last_comment_at," +
	"history_wanted,history_shown,created_at,updated_at,snoozed_until,assigned,assignee_ids,resolved_at,resolution_s"

func (f *filler) task(t int) []any {
	p, category, at := f.person(t), f.category(t), f.at(t)
	topic, scope := "", "conversation:"+f.threadID(p).String()
	if f.unit(whichTopic, t) < 0.4 {
		topic = "topic " + f.words[f.skewed(whichTopic+200, t, topics)]
	}
	var snoozed, resolved, took any
	switch {
	case category == 2:
		resolved, took = at.Add(time.Hour), int64(3600)
	case f.unit(howOpen+200, t) < 0.01:
		snoozed = f.began.Add(f.form.Span + 30*24*time.Hour).UTC()
	}
	_, holder, assigned := f.assignee(t)
	holders := ""
	if assigned {
		holders = holder.String()
	}
	unread := category < 2 && f.unit(howOpen+201, t) < 0.3
	snippet := f.text(t)
	return []any{
		f.ID, f.taskID(t), int64(t + 1), f.name(p), "", f.Template, int64(f.Version), f.Statuses, f.Keys[category],
		[]string{"new", "pending", "resolved"}[category], category < 2,
		"normal", topic, "share", "{}", "{}", f.contactID(p), f.page(p).Channel, f.threadID(p), scope, unread, snippet[:min(len(snippet), 140)], at, at,
		int64(0), int64(0), at, at, snoozed, assigned, holders, resolved, took,
	}
}

func (f *filler) active(t int) []any {
	if f.category(t) == 2 {
		return nil
	}
	return []any{f.ID, "conversation:" + f.threadID(f.person(t)).String(), f.taskID(t)}
}

func (f *filler) assigned(t int) []any {
	kind, who, ok := f.assignee(t)
	if !ok {
		return nil
	}
	return []any{f.ID, f.taskID(t), kind, who, int64(0)}
}

func (f *filler) tag(t int) []any {
	if f.unit(whichTag, t) >= 0.3 {
		return nil
	}
	return []any{f.ID, f.taskID(t), "tag " + f.words[f.skewed(whichTag+200, t, tags)]}
}

const commentColumns = "account_id,id,task_id,conversation_id,channel_id,visibility,author_kind,author_id,author_name,text,transport," +
	"history,external_id,reply_to,occurred_at,created_at"

// comment is the nth one of a task; 0 is its newest.
func (f *filler) comment(t, n int) []any {
	p, i := f.person(t), t
	if n > 0 {
		i = f.Tasks + t*longComments + n
	}
	at := f.at(t).Add(-time.Duration(n) * time.Minute)
	return []any{
		f.ID, f.id(ofComment, i, at), f.taskID(t), f.threadID(p), f.page(p).Channel, "public", "contact", f.contactID(p), f.name(p), f.text(i),
		"messenger", false, fmt.Sprintf("m_%d_%d_%d", f.n, t, n), "", at, at,
	}
}
