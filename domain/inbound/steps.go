package inbound

import "kontor/domain/channel"

// facts are what the fate of an event depends on besides its channel and what it says, as far as stages have found it out. What
// nobody has found out yet is false, and decides nothing.
type facts struct {
	gone     bool  // its channel is not there any more
	read     bool  // its adapter was asked what it says
	broken   error // why the adapter cannot say
	asked    bool  // of what our side wrote: it was looked for among what we sent
	ours     bool  // and found there
	told     bool  // there is a comment of it already
	stranger bool  // nobody knows who it is of, and it makes nobody known
	homeless bool  // our side wrote it elsewhere, in a conversation that has no task
}

// fate is what becomes of an event without having its effect. The zero value is none: it goes on.
type fate struct {
	state  State
	reason string
}

// fate decides by what is known. More of it never changes a fate that there is, so that it may be asked for after each stage.
func (f facts) fate(ch channel.Channel, in channel.Inbound) fate {
	switch {
	case f.gone: // it has no use for what still comes
		return fate{Ignored, "channel_removed"}
	case !f.read:
		return fate{}
	case f.broken != nil:
		return fate{Failed, reasonText(f.broken)}
	case in.Action == channel.Ignore:
		return fate{Ignored, in.Reason}
	case unwanted(ch, in) && in.Action != channel.Unsend:
		return fate{Ignored, commentsOff}
	case !ch.Takes() && !appliesWhenOff(in):
		return fate{Held, "channel_off"}
	case f.ours:
		return fate{Processed, "own_message"}
	case f.asked && !ch.Takes(): // somebody wrote it elsewhere
		return fate{Held, "channel_off"}
	case f.told:
		return fate{Processed, "known"}
	case f.stranger:
		return fate{Ignored, "unknown_person"}
	case f.homeless:
		return fate{Ignored, "echo_without_task"}
	}
	return fate{}
}

// unwanted tells whether it is of a comment on a channel that takes none.
func unwanted(ch channel.Channel, in channel.Inbound) bool {
	return in.Place != nil && !ch.Settings.Comments
}

// appliesWhenOff tells what is true even of a channel that is switched off: that people took back what they had sent, and
// what became of messages sent before.
func appliesWhenOff(in channel.Inbound) bool {
	switch in.Action {
	case channel.Unsend, channel.Delivered, channel.Read:
		return true
	case channel.Echo:
		return in.Token != "" || in.Place != nil
	}
	return false
}
