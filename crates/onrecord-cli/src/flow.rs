//! Many items through many threads, in order and in bounded memory.
//!
//! One thread produces, several work, the caller's consumes. The producer puts each item into the queue of work, and the
//! place where its result will appear into the queue of results, which the consumer goes through in order. Both queues
//! are bounded, so a slow item stops the producer once the window behind it is full, and never more than a window of
//! items is in memory.

use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many items may be in memory for each worker: one in work, the others waiting or done and waiting for their turn.
const WINDOW: usize = 8;

/// A worker's stack. Deep nesting in a page must not end the program, and only touched pages of it cost memory.
const STACK: usize = 16 << 20;

/// That working on an item panicked: where, and what was said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Panicked(pub(crate) String);

/// Takes items; its `false` asks the producer to stop, for nobody wants any more.
pub(crate) type Emit<'a, T> = &'a mut dyn FnMut(T) -> bool;

/// Runs every item that `produce` emits through `work`, on `threads` threads, and hands each with its result to
/// `consume`, in the order in which they were emitted.
///
/// A panic in `work` is that item's result. When `consume` fails, what is left is dropped: the threads end after the item
/// that they are at, and are not waited for, since the producer may be waiting for input that never comes.
///
/// # Errors
/// Those of `consume`.
pub(crate) fn in_order<T, R, E>(
    threads: NonZeroUsize,
    produce: impl FnOnce(Emit<'_, T>) + Send + 'static,
    work: impl Fn(&T) -> R + Send + Sync + 'static,
    mut consume: impl FnMut(T, Result<R, Panicked>) -> Result<(), E>,
) -> Result<(), E>
where
    T: Send + 'static,
    R: Send + 'static,
{
    type Done<T, R> = (T, Result<R, Panicked>);
    let window = threads.get() * WINDOW;
    let (to_work, work_queue) = sync_channel::<(T, Sender<Done<T, R>>)>(window);
    let (to_results, results): (SyncSender<Receiver<Done<T, R>>>, _) = sync_channel(window);
    let work_queue = Arc::new(Mutex::new(work_queue));
    let work = Arc::new(work);

    spawn("producer", move || {
        produce(&mut |item| {
            let (done, result) = channel();
            to_results.send(result).is_ok() && to_work.send((item, done)).is_ok()
        });
    });
    for _ in 0..threads.get() {
        let (work_queue, work) = (Arc::clone(&work_queue), Arc::clone(&work));
        spawn("worker", move || {
            loop {
                // The lock is let go before the work begins.
                let next = work_queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                let Ok((item, done)) = next else { break };
                let result = catch(|| work(&item));
                if done.send((item, result)).is_err() {
                    break;
                }
            }
        });
    }
    drop(work_queue);

    for result in results {
        // No result comes of an item that the producer could no longer hand over: the workers are gone with the consumer.
        let Ok((item, result)) = result.recv() else { break };
        consume(item, result)?;
    }
    Ok(())
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) {
    thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK)
        .spawn(run)
        .expect("the system gives a program its threads");
}

thread_local! {
    /// What a panic on this thread said; `None` outside of [`catch`].
    static CAUGHT: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Makes panics inside [`catch`] silent, so that they can be told in their place; others are told as ever.
pub(crate) fn hush_caught_panics() {
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let caught = CAUGHT.with_borrow_mut(|caught| {
            caught.as_mut().map(|said| {
                let place = panic.location().map(|at| format!("{}:{}: ", at.file(), at.line())).unwrap_or_default();
                *said = format!("{place}{}", panic.payload_as_str().unwrap_or("no message"));
            })
        });
        if caught.is_none() {
            tell(panic);
        }
    }));
}

/// What `run` returns, or what its panic said.
pub(crate) fn catch<R>(run: impl FnOnce() -> R) -> Result<R, Panicked> {
    CAUGHT.set(Some(String::new()));
    let result = panic::catch_unwind(AssertUnwindSafe(run));
    let said = CAUGHT.take().unwrap_or_default();
    result.map_err(|_| Panicked(said))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    fn threads(count: usize) -> NonZeroUsize {
        NonZeroUsize::new(count).unwrap()
    }

    #[test]
    fn results_come_in_order_however_long_each_takes() {
        for count in [1, 2, 7] {
            let mut seen = Vec::new();
            let done = in_order(
                threads(count),
                |emit| (0..200_u64).for_each(|item| assert!(emit(item))),
                |&item| {
                    // Early items take longest, so that later ones overtake them.
                    thread::sleep(Duration::from_micros(if item % 7 == 0 { 2000 } else { 10 }));
                    item * 2
                },
                |item, result| {
                    seen.push((item, result.unwrap()));
                    Ok::<_, ()>(())
                },
            );
            assert_eq!(done, Ok(()));
            assert_eq!(seen, (0..200).map(|item| (item, item * 2)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_is_the_result_of_its_item_alone() {
        hush_caught_panics();
        let mut seen = Vec::new();
        let done = in_order(
            threads(2),
            |emit| (0..20).for_each(|item| assert!(emit(item))),
            |&item: &i32| assert!(item % 5 != 3, "cannot read {item}"),
            |item, result| {
                seen.push(result.map(|()| item));
                Ok::<_, ()>(())
            },
        );
        assert_eq!(done, Ok(()));
        assert_eq!(seen.len(), 20);
        for (item, result) in seen.into_iter().enumerate() {
            match result {
                Ok(read) => assert_eq!(read, i32::try_from(item).unwrap()),
                Err(Panicked(said)) => {
                    assert_eq!(item % 5, 3);
                    assert!(said.contains("flow.rs:") && said.ends_with(&format!("cannot read {item}")), "{said}");
                }
            }
        }
    }

    #[test]
    fn no_more_than_the_window_is_in_memory() {
        static ALIVE: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        struct Item(u32);
        impl Drop for Item {
            fn drop(&mut self) {
                ALIVE.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let done = in_order(
            threads(2),
            |emit| {
                (0..500).all(|number| {
                    let alive = ALIVE.fetch_add(1, Ordering::SeqCst) + 1;
                    MOST.fetch_max(alive, Ordering::SeqCst);
                    emit(Item(number))
                });
            },
            // The first takes long: the others must not pile up behind it.
            |item| thread::sleep(Duration::from_millis(if item.0 == 0 { 100 } else { 0 })),
            |_, _| Ok::<_, ()>(()),
        );
        assert_eq!(done, Ok(()));
        assert!(MOST.load(Ordering::SeqCst) <= 2 * WINDOW + 3, "{MOST:?}");
    }

    #[test]
    fn a_failing_consumer_stops_an_endless_producer() {
        let (stopped, wait) = channel();
        let mut taken = 0;
        let done = in_order(
            threads(2),
            move |emit| {
                while emit(()) {}
                stopped.send(()).unwrap();
            },
            |()| (),
            |(), _| {
                taken += 1;
                if taken == 50 { Err("full") } else { Ok(()) }
            },
        );
        assert_eq!(done, Err("full"));
        assert_eq!(wait.recv_timeout(Duration::from_secs(10)), Ok(()));
    }
}
