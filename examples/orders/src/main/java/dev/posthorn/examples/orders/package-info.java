/** Orders and their events in one transaction, in a process that is killed. */
@NullMarked
package dev.posthorn.examples.orders;

import org.jspecify.annotations.NullMarked;
