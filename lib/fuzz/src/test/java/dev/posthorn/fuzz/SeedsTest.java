package dev.posthorn.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The corpus, as ordinary tests, and that the targets would notice. */
class SeedsTest {

  @ParameterizedTest
  @EnumSource(Target.class)
  void everySeedHolds(Target target) {
    List<byte[]> seeds = target.seeds();
    assertTrue(seeds.size() >= 20, "seeds: " + seeds.size());
    seeds.forEach(target::run);
  }

  /** A little of what the fuzzer does, the same each time. */
  @ParameterizedTest
  @EnumSource(Target.class)
  void everySeedHoldsWithAByteChanged(Target target) {
    Random random = new Random(20261121);
    for (byte[] seed : target.seeds()) {
      for (int i = 0; i < 20 && seed.length > 0; i++) {
        byte[] changed = seed.clone();
        changed[random.nextInt(seed.length)] = (byte) random.nextInt(256);
        target.run(changed);
        target.run(Arrays.copyOf(seed, random.nextInt(seed.length)));
      }
    }
  }

  @Test
  void whatEachPresetSignsIsTaken() {
    assertTrue(Preset.ALL.size() >= 5);
    for (Preset preset : Preset.ALL) {
      for (Request seed : preset.seeds()) {
        Request read = Request.read(seed.bytes());
        preset.receiver().receive(read.headers(), read.body());
        preset.requireProof(read);
      }
    }
  }

  @Test
  void aProofThatIsMissingIsNoticed() {
    for (Preset preset : Preset.ALL) {
      Request signed = preset.seeds().get(0);
      Request bare = new Request(signed.preset(), Map.of(), signed.body());
      Request other = new Request(signed.preset(), Map.of("X", List.of("y")), new byte[0]);
      for (Request forged : List.of(bare, other)) {
        AssertionError noticed =
            assertThrows(AssertionError.class, () -> preset.requireProof(forged));
        assertTrue(
            String.valueOf(noticed.getMessage()).startsWith(preset.name() + " took what nobody"));
      }
    }
  }

  @Test
  void aRequestIsReadAsItIsWritten() {
    Request signed = Preset.ALL.get(0).seeds().get(0);
    assertEquals(signed.headers(), Request.read(signed.bytes()).headers());
    assertEquals(
        new String(signed.bytes(), StandardCharsets.ISO_8859_1),
        new String(Request.read(signed.bytes()).bytes(), StandardCharsets.ISO_8859_1));
  }
}
