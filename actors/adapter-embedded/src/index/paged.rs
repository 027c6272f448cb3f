//! A vector whose clones are cheap: pages are shared until one side writes to them.

use std::sync::Arc;

/// Items per page.
pub(super) const PAGE: usize = 256;

/// A growing vector in shared pages. Unset items read as the default.
#[derive(Debug, Clone)]
pub(super) struct Paged<T> {
    pages: Vec<Arc<Vec<T>>>,
    empty: Arc<Vec<T>>,
}

impl<T: Clone + Default + PartialEq> Default for Paged<T> {
    fn default() -> Self {
        Self { pages: Vec::new(), empty: Arc::new(vec![T::default(); PAGE]) }
    }
}

impl<T: Clone + Default + PartialEq> Paged<T> {
    pub(super) fn get(&self, index: u32) -> Option<&T> {
        self.pages.get(index as usize / PAGE)?.get(index as usize % PAGE)
    }

    /// Copies the page if a clone of this vector still looks at it.
    pub(super) fn set(&mut self, index: u32, item: T) {
        let page = index as usize / PAGE;
        if page >= self.pages.len() {
            self.pages.resize(page + 1, self.empty.clone());
        }
        let items = Arc::make_mut(&mut self.pages[page]);
        items[index as usize % PAGE] = item;
    }

    /// Back to the default; a page without anything else on it costs nothing.
    pub(super) fn clear(&mut self, index: u32) {
        self.set(index, T::default());
        let page = &mut self.pages[index as usize / PAGE];
        if **page == *self.empty {
            *page = self.empty.clone();
        }
    }

    /// The pages in order; `None` for those where nothing is set.
    pub(super) fn pages(&self) -> impl Iterator<Item = Option<&[T]>> {
        self.pages.iter().map(|page| (!Arc::ptr_eq(page, &self.empty)).then_some(page.as_slice()))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        (0_u32..).zip(self.pages.iter().flat_map(|page| page.iter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_does_not_see_later_writes() {
        let mut paged = Paged::default();
        paged.set(300, 7_u8);
        let before = paged.clone();
        paged.set(300, 8);
        paged.set(5, 9);
        assert_eq!((before.get(300), before.get(5)), (Some(&7), Some(&0)));
        assert_eq!((paged.get(300), paged.get(5), paged.get(600)), (Some(&8), Some(&9), None));
    }

    #[test]
    fn an_emptied_page_is_given_back() {
        let mut paged = Paged::default();
        paged.set(1, 1_u8);
        paged.set(PAGE as u32, 2);
        paged.clear(1);
        assert_eq!(paged.pages().map(|page| page.is_some()).collect::<Vec<_>>(), [false, true]);
    }
}
