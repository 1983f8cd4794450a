package org.thingward.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** An MQTT client that says exactly the bytes it is told to, for the corners of the protocol. */
final class RawClient implements AutoCloseable {
  /** What {@link #next()} gives when the other side closed. */
  static final String CLOSED = "closed";

  private final Socket socket;
  private final DataInputStream in;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
  }

  static RawClient open(SSLContext context, int port) {
    return open(context, port, "127.0.0.1");
  }

  /**
   * From a loopback address of its own.
   *
   * @throws IllegalStateException if it is not let in
   */
  static RawClient open(SSLContext context, int port, String from) {
    try {
      InetAddress own = InetAddress.getByName(from);
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port, own, 0);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(60_000);
      socket.startHandshake();
      return new RawClient(socket);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A connection without TLS, as to a broker. */
  static RawClient plain(int port) {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(60_000);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** When the handshake was made whose keys this connection uses: earlier, if it was resumed. */
  long handshakeAt() {
    return ((SSLSocket) socket).getSession().getCreationTime();
  }

  /** The other end of a connection: what a broker would see of it. */
  static RawClient accept(ServerSocket listener) {
    try {
      Socket socket = listener.accept();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      return new RawClient(socket);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends bytes given in hex; spaces are allowed. */
  RawClient send(String hex) {
    return send(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  RawClient send(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      return this;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends if the other side still takes it. */
  void trySend(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (IOException closed) {
      // The test looks at what comes back.
    }
  }

  /** The next packet in hex, or {@link #CLOSED}. */
  String next() {
    byte[] packet = nextBytes();
    return packet.length == 0 ? CLOSED : HexFormat.of().formatHex(packet);
  }

  /** The next packet; empty when the other side closed. */
  byte[] nextBytes() {
    try {
      ByteBuf packet = Unpooled.buffer();
      packet.writeByte(in.readUnsignedByte());
      int length = 0;
      int shift = 0;
      int b;
      do {
        b = in.readUnsignedByte();
        packet.writeByte(b);
        length |= (b & 0x7F) << shift;
        shift += 7;
      } while (b >= 0x80);
      byte[] body = new byte[length];
      in.readFully(body);
      packet.writeBytes(body);
      byte[] all = new byte[packet.readableBytes()];
      packet.readBytes(all);
      return all;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("nothing came within a minute", e);
    } catch (EOFException | SocketException | SSLException e) {
      return new byte[0];
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Connects in MQTT 5 and expects to be let in. */
  RawClient connect5(String clientId, String... propertiesHex) {
    send(connect(5, 0x02, 60, clientId, String.join("", propertiesHex), ""));
    expectAccepted();
    return this;
  }

  /** Connects in MQTT 3.1.1 and expects to be let in. */
  RawClient connect311(String clientId) {
    send(connect(4, 0x02, 60, clientId, "", ""));
    expectAccepted();
    return this;
  }

  void expectAccepted() {
    byte[] connack = nextBytes();
    if (connack.length < 4 || connack[0] != 0x20 || connack[3] != 0) {
      throw new AssertionError("not accepted: " + HexFormat.of().formatHex(connack));
    }
  }

  /** A ping that comes back shows that all before it was handled. */
  RawClient ping() {
    send("c000");
    String answer = next();
    if (!"d000".equals(answer)) {
      throw new AssertionError("instead of a PINGRESP: " + answer);
    }
    return this;
  }

  static byte[] connect(
      int level, int flags, int keepAlive, String clientId, String propertiesHex, String restHex) {
    ByteBuf body = Unpooled.buffer();
    text(body, "MQTT");
    body.writeByte(level).writeByte(flags).writeShort(keepAlive);
    if (level == 5) {
      byte[] properties = HexFormat.of().parseHex(propertiesHex);
      body.writeByte(properties.length).writeBytes(properties);
    }
    text(body, clientId);
    body.writeBytes(HexFormat.of().parseHex(restHex));
    return packet(0x10, body);
  }

  /** The will part of a CONNECT, in hex. */
  static String will(int level, String topic, String payload) {
    ByteBuf body = Unpooled.buffer();
    if (level == 5) {
      body.writeByte(0);
    }
    text(body, topic);
    text(body, payload);
    return hex(body);
  }

  static byte[] publish(
      int level, int qos, int id, String topic, String propertiesHex, String text) {
    ByteBuf body = Unpooled.buffer();
    text(body, topic);
    if (qos > 0) {
      body.writeShort(id);
    }
    if (level == 5) {
      byte[] properties = HexFormat.of().parseHex(propertiesHex);
      body.writeByte(properties.length).writeBytes(properties);
    }
    body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    return packet(0x30 | qos << 1, body);
  }

  /** A message of QoS 1 that the broker is to retain. */
  static byte[] publishRetained(int level, int id, String topic, String text) {
    byte[] packet = publish(level, 1, id, topic, "", text);
    packet[0] |= 1;
    return packet;
  }

  static byte[] subscribe(int level, int id, int qos, String... filters) {
    ByteBuf body = Unpooled.buffer();
    body.writeShort(id);
    if (level == 5) {
      body.writeByte(0);
    }
    for (String filter : filters) {
      text(body, filter);
      body.writeByte(qos);
    }
    return packet(0x82, body);
  }

  static byte[] packet(int firstByte, ByteBuf body) {
    ByteBuf packet = Unpooled.buffer();
    packet.writeByte(firstByte);
    int rest = body.readableBytes();
    while (rest > 0x7F) {
      packet.writeByte(rest & 0x7F | 0x80);
      rest >>>= 7;
    }
    packet.writeByte(rest).writeBytes(body);
    byte[] all = new byte[packet.readableBytes()];
    packet.readBytes(all);
    return all;
  }

  static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hex(ByteBuf bytes) {
    byte[] all = new byte[bytes.readableBytes()];
    bytes.readBytes(all);
    return HexFormat.of().formatHex(all);
  }

  /** A text with its length before it, in hex. */
  static String text(String text) {
    return "%04x".formatted(text.getBytes(StandardCharsets.UTF_8).length) + hex(text);
  }

  private static void text(ByteBuf out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(utf8.length).writeBytes(utf8);
  }

  /** Closes the connection without a DISCONNECT. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
