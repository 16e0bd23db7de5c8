package dev.posthorn.dispatch;

import dev.posthorn.delivery.RetryScheduler;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What the engine takes from outside instead of making it: time, chance, ids and threads.
 *
 * @param name the instance's name, for people; no other instance on the store has it
 * @param clock dates attempts and alarms
 * @param ticks nanoseconds that only go forward, for leases
 * @param random spreads retries
 * @param ids unique over all processes
 * @param scheduler wakes the engine
 * @param exchanges runs exchanges, each of which blocks
 * @param chores runs claiming, recording and telling the listener, a few tasks at a time
 */
public record Host(
    String name,
    Clock clock,
    LongSupplier ticks,
    RandomGenerator random,
    Supplier<String> ids,
    RetryScheduler scheduler,
    Executor exchanges,
    Executor chores) {}
