/**
 * The words of delivery: ids, deliveries, attempts, the log, and the ports that only speak them.
 */
@NullMarked
package dev.posthorn.delivery;

import org.jspecify.annotations.NullMarked;
