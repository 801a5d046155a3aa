//! Pages of a list: what a client asks for is drawn into what there is, and nothing overflows.

/// A page that was asked for, within bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// Its number, from 1.
    pub page: i64,
    /// How many items it may hold, at least 1.
    pub size: i64,
}

/// Where a page lies among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// How many pages there are; none when there is no item.
    pub total_pages: i64,
    /// Whether a page follows.
    pub has_next: bool,
    /// The page that follows, or the last one.
    pub next_page: i64,
    /// Whether a page that has items comes before.
    pub has_previous: bool,
    /// The page before, or the first one.
    pub previous_page: i64,
}

impl Paging {
    /// The page asked for. Numbers below 1 are 1, sizes below 1 are `usual`, sizes above `most` are `most`.
    pub fn new(page: Option<i64>, size: Option<i64>, usual: i64, most: i64) -> Self {
        let size = size.filter(|size| *size >= 1).unwrap_or(usual).min(most);
        Self { page: page.unwrap_or(1).max(1), size }
    }

    /// How many items come before the page.
    pub fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.size)
    }

    /// Where the page lies when there are `total` items. The pages beside it are never such as do not exist, so that
    /// a client that follows them stays within the list.
    pub fn position(self, total: i64) -> Position {
        let total = total.max(0);
        let total_pages = total / self.size + i64::from(total % self.size != 0);
        let last = total_pages.max(1);
        Position {
            total_pages,
            has_next: self.page < total_pages,
            next_page: self.page.saturating_add(1).min(last),
            has_previous: self.page > 1 && total_pages > 0,
            previous_page: (self.page - 1).clamp(1, last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_stay_within_the_list() {
        let at = |page, total| Paging { page, size: 50 }.position(total);
        let position = |total_pages, has_next, next_page, has_previous, previous_page| Position {
            total_pages,
            has_next,
            next_page,
            has_previous,
            previous_page,
        };
        assert_eq!(at(1, 0), position(0, false, 1, false, 1));
        assert_eq!(at(1, 1), position(1, false, 1, false, 1));
        assert_eq!(at(1, 950), position(19, true, 2, false, 1));
        assert_eq!(at(19, 950), position(19, false, 19, true, 18));
        assert_eq!(at(30, 951), position(20, false, 20, true, 20));
        assert!(!at(i64::MAX, i64::MAX).has_next);
    }

    #[test]
    fn what_is_asked_for_is_drawn_into_bounds() {
        assert_eq!(Paging::new(None, None, 50, 500), Paging { page: 1, size: 50 });
        assert_eq!(Paging::new(Some(-3), Some(0), 50, 500), Paging { page: 1, size: 50 });
        assert_eq!(Paging::new(Some(2), Some(9_999), 50, 500), Paging { page: 2, size: 500 });
        assert_eq!(Paging { page: i64::MAX, size: 500 }.offset(), i64::MAX);
    }
}
