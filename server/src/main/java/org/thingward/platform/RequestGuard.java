package org.thingward.platform;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the HTTP decoder of one connection: answers what is no HTTP, and closes connections
 * that take too long to send a request's head or body, however slowly they drip.
 */
final class RequestGuard extends ChannelDuplexHandler {
  private static final long FIRST_HEAD_SECONDS = 10;
  private static final long NEXT_HEAD_SECONDS = 60;
  private static final long BODY_SECONDS = 30;

  private @Nullable Future<?> deadline;

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    expectWithin(context, FIRST_HEAD_SECONDS);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopWaiting();
    context.fireChannelInactive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      refuse(context, problemOf(object.decoderResult().cause()));
      return;
    }
    if (message instanceof HttpRequest) {
      expectWithin(context, BODY_SECONDS);
    }
    if (message instanceof LastHttpContent) {
      stopWaiting();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent) {
      expectWithin(context, NEXT_HEAD_SECONDS);
    }
    context.write(message, promise);
  }

  private void expectWithin(ChannelHandlerContext context, long seconds) {
    stopWaiting();
    deadline = context.executor().schedule(() -> context.close(), seconds, TimeUnit.SECONDS);
  }

  private void stopWaiting() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private static Problem problemOf(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException tooLong ->
          new Problem(414, "uri-too-long", "The request's first line is longer than 4096 bytes.");
      case TooLongHttpHeaderException tooLong ->
          new Problem(431, "headers-too-large", "The headers are larger than 16384 bytes.");
      default -> new Problem(400, "bad-request", "This is no HTTP/1.1 request.");
    };
  }

  private static void refuse(ChannelHandlerContext context, Problem problem) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(problem.status()),
            Unpooled.wrappedBuffer(problem.json()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
        .set(HttpHeaderNames.CONNECTION, "close");
    context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
