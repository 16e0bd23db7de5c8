/** One exchange with an endpoint: from contract and event to an attempt, and the check of it. */
@NullMarked
package dev.posthorn.exchange;

import org.jspecify.annotations.NullMarked;
