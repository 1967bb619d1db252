//! The form: what each coming bar is. It is copied into every planned bar, so that a plan can be taken back to any of
//! them and told otherwise.

use super::phrase::Role;

/// Bars of an introduction.
const INTRO_BARS: u32 = 2;

/// What the player asks of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cue {
    /// Play an introduction, then the variation.
    Intro,
    /// Go over to a variation, 0 (A) to 3 (D), by a fill.
    Variation(u8),
    /// Play a fill in the next bar.
    Fill,
    /// Play an ending and stop; or, while it ends, do not.
    Ending,
    /// Give the turn over: to the band, or back to the player.
    HandOver,
}

/// Whose turn it is where player and band trade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Side {
    /// The player's.
    #[default]
    Player,
    /// The band's.
    Band,
}

/// Where the form stands: it gives one bar after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Form {
    variation: u8,
    next_variation: Option<u8>,
    in_section: u32,
    intro_left: u32,
    is_fill_due: bool,
    is_ending: bool,
    is_over: bool,
    side: Side,
    /// Bars of the turn that are over.
    turn_bars: u32,
    /// Bars of the turn before it.
    last_turn_bars: u32,
}

/// What a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormBar {
    /// Intro, groove, fill or ending.
    pub role: Role,
    /// 0 (A) to 3 (D).
    pub variation: u8,
    /// Bars since the section began.
    pub in_section: u32,
    /// Whose turn it is.
    pub side: Side,
    /// Bars of this turn before it.
    pub turn_bars: u32,
    /// Bars of the turn before this one.
    pub last_turn_bars: u32,
}

/// How the form runs by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormRules {
    /// A fill in every so manieth bar; 0 none.
    pub fill_every: u32,
    /// Bars of a turn; 0: turns change by hand only, or there are none.
    pub trade_bars: u32,
    /// Whether this bar may be the last.
    pub may_end: bool,
}

impl Form {
    /// Whether nothing comes any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// The variation of the next bar, 0 to 3.
    #[must_use]
    pub fn variation(&self) -> u8 {
        self.next_variation.unwrap_or(self.variation)
    }

    /// What the player asks is taken up with the next bar.
    pub fn cue(&mut self, cue: Cue) {
        match cue {
            Cue::Intro => {
                self.intro_left = INTRO_BARS;
                self.in_section = 0;
            }
            Cue::Variation(variation) => {
                let variation = variation.min(3);
                self.next_variation = (variation != self.variation).then_some(variation);
                self.is_fill_due = self.next_variation.is_some();
            }
            Cue::Fill => self.is_fill_due = true,
            Cue::Ending => self.is_ending = !self.is_ending,
            Cue::HandOver => {
                self.side = if self.side == Side::Player { Side::Band } else { Side::Player };
                self.last_turn_bars = std::mem::take(&mut self.turn_bars);
            }
        }
    }

    /// The next bar; `None` after the ending.
    pub fn next(&mut self, rules: FormRules) -> Option<FormBar> {
        if self.is_over {
            return None;
        }
        let role = self.role(rules);
        let bar = FormBar {
            role,
            variation: self.variation,
            in_section: self.in_section,
            side: self.side,
            turn_bars: self.turn_bars,
            last_turn_bars: self.last_turn_bars,
        };
        self.in_section += 1;
        match role {
            Role::Intro => {
                self.intro_left -= 1;
                if self.intro_left == 0 {
                    self.in_section = 0;
                }
            }
            Role::Fill => {
                self.is_fill_due = false;
                if let Some(variation) = self.next_variation.take() {
                    self.variation = variation;
                    self.in_section = 0;
                }
            }
            Role::Ending => self.is_over = true,
            Role::Groove => {}
        }
        self.turn_bars += 1;
        if rules.trade_bars > 0 && self.turn_bars >= rules.trade_bars {
            self.cue(Cue::HandOver);
        }
        Some(bar)
    }

    fn role(&self, rules: FormRules) -> Role {
        let is_regular = rules.fill_every > 0 && (self.in_section + 1).is_multiple_of(rules.fill_every);
        if self.is_ending && rules.may_end {
            Role::Ending
        } else if self.intro_left > 0 {
            Role::Intro
        } else if self.is_fill_due || is_regular {
            Role::Fill
        } else {
            Role::Groove
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: FormRules = FormRules { fill_every: 4, trade_bars: 0, may_end: true };

    fn roles(form: &mut Form, rules: FormRules, bars: usize) -> Vec<Role> {
        (0..bars).map_while(|_| form.next(rules).map(|bar| bar.role)).collect()
    }

    #[test]
    fn fills_come_in_time_and_a_variation_comes_by_one() {
        use Role::{Fill, Groove};
        let mut form = Form::default();
        assert_eq!(roles(&mut form, RULES, 4), [Groove, Groove, Groove, Fill]);
        form.cue(Cue::Variation(2));
        assert_eq!(form.next(RULES).map(|bar| (bar.role, bar.variation)), Some((Fill, 0)));
        assert_eq!(form.next(RULES).map(|bar| (bar.role, bar.variation, bar.in_section)), Some((Groove, 2, 0)));
        form.cue(Cue::Variation(2));
        assert_eq!(roles(&mut form, RULES, 2), [Groove, Groove]);
    }

    #[test]
    fn the_ending_is_the_last_bar_unless_it_is_taken_back() {
        let mut form = Form::default();
        form.cue(Cue::Intro);
        assert_eq!(roles(&mut form, RULES, 3), [Role::Intro, Role::Intro, Role::Groove]);
        form.cue(Cue::Ending);
        let mut other = form;
        let not_yet = FormRules { may_end: false, ..RULES };
        assert_eq!(other.next(not_yet).map(|bar| bar.role), Some(Role::Groove), "a cycle is played to its end");
        assert_eq!(roles(&mut form, RULES, 9), [Role::Ending]);
        assert!(form.is_over());
        other.cue(Cue::Ending);
        assert_eq!(other.next(RULES).map(|bar| bar.role), Some(Role::Groove));
    }

    #[test]
    fn turns_change_after_their_bars_or_by_hand() {
        let mut form = Form::default();
        let rules = FormRules { fill_every: 0, trade_bars: 2, may_end: true };
        let sides = |form: &mut Form, n| (0..n).filter_map(|_| form.next(rules)).map(|b| b.side).collect::<Vec<_>>();
        use Side::{Band, Player};
        assert_eq!(sides(&mut form, 5), [Player, Player, Band, Band, Player]);
        form.cue(Cue::HandOver);
        assert_eq!(sides(&mut form, 3), [Band, Band, Player]);
    }
}
