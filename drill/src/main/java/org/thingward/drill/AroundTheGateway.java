package org.thingward.drill;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** A program on the server's machine that speaks to broker and database itself. */
final class AroundTheGateway implements Drill {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final int PROTOCOL_3 = 196_608;

  @Override
  public String id() {
    return "around-the-gateway";
  }

  @Override
  public String attempt() {
    return "find the ports of broker and database on the server's machine, and speak to them without"
        + " a credential, or with a guessed one";
  }

  @Override
  public Group group() {
    return Group.CONNECTIONS;
  }

  @Override
  public Defence defence() {
    return Defence.single(
        "I1",
        "none: who is on the machine meets these two doors, one before each; files and keys are kept from other users by the system",
        Defence.line(Attack.Layer.DATABASE, "a password (SCRAM)"),
        Defence.line(Attack.Layer.BROKER, "the gateway's credential alone"));
  }

  @Override
  public Attack run(Target target) {
    SortedSet<Integer> ports = ChildPorts.of(target.process());
    if (ports.isEmpty()) {
      throw new DrillNotRun(
          "the server's children listen nowhere that this user can see: run it as the server's user,"
              + " on its machine");
    }
    Attack.Notes notes = new Attack.Notes();
    notes.attacker("on the machine, finds the ports of the server's children: " + ports);
    for (int port : ports) {
      if (isDatabase(port)) {
        login(port, notes);
      } else {
        connect(port, notes);
      }
    }
    return notes.aboutNobody();
  }

  /** A PostgreSQL answers a wish for TLS with one letter. */
  private static boolean isDatabase(int port) {
    byte[] wish = ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array();
    String answer = text(exchange(port, wish));
    return answer.startsWith("N") || answer.startsWith("S");
  }

  private static void login(int port, Attack.Notes notes) {
    for (String user : List.of("postgres", "thingward", "root")) {
      byte[] answer = exchange(port, startup(user));
      boolean in = answer.length >= 9 && answer[0] == 'R' && ByteBuffer.wrap(answer).getInt(5) == 0;
      if (in) {
        notes.breached("the database lets " + user + " in without a password");
      } else {
        notes.stoppedOnce(
            Attack.Layer.DATABASE, "a password is asked for, whoever one says one is");
      }
    }
  }

  private static byte[] startup(String user) {
    byte[] parameters = ("user\0" + user + "\0database\0thingward\0\0").getBytes(US_ASCII);
    return ByteBuffer.allocate(8 + parameters.length)
        .putInt(8 + parameters.length)
        .putInt(PROTOCOL_3)
        .put(parameters)
        .array();
  }

  private static void connect(int port, Attack.Notes notes) {
    for (byte[] connect :
        List.of(mqtt(Optional.empty()), mqtt(Optional.of("gateway")), mqtt(Optional.of("admin")))) {
      byte[] answer = exchange(port, connect);
      if (answer.length >= 4 && answer[0] == 0x20 && answer[3] == 0) {
        notes.breached("the broker on port " + port + " takes others than the gateway");
      } else {
        notes.stoppedOnce(Attack.Layer.BROKER, "nobody is let in but the gateway");
      }
    }
  }

  /** A CONNECT of MQTT 3.1.1, with a user whose password is its name if there is one. */
  private static byte[] mqtt(Optional<String> user) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    field(body, "MQTT");
    body.write(4);
    body.write(user.isPresent() ? 0xC2 : 0x02);
    body.write(0);
    body.write(60);
    field(body, "around");
    user.ifPresent(name -> {
      field(body, name);
      field(body, name);
    });
    return ByteBuffer.allocate(2 + body.size())
        .put((byte) 0x10)
        .put((byte) body.size())
        .put(body.toByteArray())
        .array();
  }

  private static void field(ByteArrayOutputStream body, String text) {
    body.write(0);
    body.write(text.length());
    body.writeBytes(text.getBytes(US_ASCII));
  }

  private static byte[] exchange(int port, byte[] said) {
    try (Wire wire = Wire.plain(LOOPBACK, port)) {
      return wire.say(said) ? wire.firstAnswer(ANSWER) : new byte[0];
    } catch (IOException refused) {
      return new byte[0];
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, US_ASCII);
  }
}
