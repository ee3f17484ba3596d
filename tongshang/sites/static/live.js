// Live rooms that move. Without it a room is read and bought from all the same, by reloading.
(() => {
  const room = document.querySelector("[data-live]");
  const replay = document.querySelector("[data-replay]");
  const yuan = (fen) => {
    const whole = Math.floor(fen / 100).toLocaleString("en-US");
    const made = document.createElement("span");
    made.className = "yuan";
    const parts = [["i", "¥"], ["b", whole], ["i", `.${String(fen % 100).padStart(2, "0")}`]];
    for (const [tag, text] of parts) made.append(Object.assign(document.createElement(tag), { textContent: text }));
    return made;
  };
  const plain = (fen) => yuan(fen).textContent;

  // --- a room on air -----------------------------------------------------------------------------
  const onAir = () => {
    const place = room.dataset.live;
    const picture = room.querySelector(".live-picture");
    const comments = room.querySelector("[data-comments]");
    const pinned = room.querySelector("[data-pinned]");
    const bag = document.querySelector("[data-bag]");
    const likes = document.querySelector("[data-likes]");
    const told = room.querySelector("[data-told]");
    let last = room.dataset.after;
    let source = null;
    const toEnd = () => (comments.scrollTop = comments.scrollHeight);
    const near = () => comments.scrollHeight - comments.scrollTop - comments.clientHeight < 80;
    toEnd();

    const show = (one) => {
      if (room.querySelector(`[data-comment="${one.comment_id}"]`)) return;
      const wasNear = near();
      const line = document.createElement("li");
      line.dataset.comment = one.comment_id;
      line.append(Object.assign(document.createElement("b"), { textContent: one.nickname }), " ");
      line.append(Object.assign(document.createElement("span"), { textContent: one.text }));
      comments.append(line);
      while (comments.children.length > 120) comments.children[1].remove();
      if (wasNear) toEnd();
    };

    // How a product is now, wherever the page shows it.
    const dress = (one) => {
      for (const at of document.querySelectorAll(`[data-item="${one.product_id}"]`)) {
        const part = (name) => at.querySelector(`[data-${name}]`);
        const price = part("price");
        price.replaceChildren(yuan(one.flash_price_fen || one.price_fen));
        price.classList.toggle("flash", one.flash_price_fen > 0);
        part("was").textContent = plain(one.price_fen);
        part("was").hidden = !one.flash_price_fen;
        if (part("flash")) part("flash").hidden = !one.flash_price_fen;
        const left = part("left");
        left.hidden = !one.flash_price_fen && !(one.stock > 0 && one.stock <= 10);
        left.textContent = (one.flash_price_fen ? room.dataset.leftFlash : room.dataset.leftFew).replace(
          "#", one.flash_price_fen ? one.flash_left : one.stock);
        at.classList.toggle("off", one.why !== "");
        const why = part("why");
        if (why) {
          why.hidden = !one.why;
          why.textContent = one.why === "sold_out" ? room.dataset.soldOut : room.dataset.hidden;
        }
        if (part("buy")) part("buy").textContent = one.flash_price_fen ? room.dataset.buyFlash : room.dataset.buy;
      }
    };
    const explain = ({ product_id, card }) => {
      for (const mark of document.querySelectorAll("[data-now]")) {
        mark.hidden = mark.closest("[data-item]").dataset.item !== product_id;
      }
      const isNew = pinned.dataset.item !== product_id;
      pinned.hidden = !card;
      pinned.dataset.item = product_id;
      if (!card) return;
      pinned.href = card.url;
      pinned.dataset.card = card.token;
      pinned.querySelector("[data-title]").textContent = card.title;
      pinned.querySelector("[data-picture]").src = card.picture_url;
      dress(card);
      if (!isNew) return;
      pinned.classList.remove("fresh");
      requestAnimationFrame(() => pinned.classList.add("fresh"));
    };
    let fetching = 0;
    const refill = () => {
      clearTimeout(fetching); // not all who watch at the same moment
      fetching = setTimeout(async () => {
        const answer = await fetch(`${place}/bag`);
        if (!answer.ok) return;
        const made = document.createElement("template");
        made.innerHTML = await answer.text();
        bag.replaceChildren(made.content);
        htmx?.process?.(bag);
      }, 200 + Math.random() * 1200);
    };

    const heard = {
      comment: show,
      removed: (one) => room.querySelector(`[data-comment="${one.comment_id}"]`)?.remove(),
      figures: (now) => {
        const viewers = document.querySelector("[data-viewers]");
        viewers.textContent = viewers.dataset.says.replace("#", now.viewers);
        likes.textContent = Math.max(now.likes, +likes.textContent);
      },
      items: ({ items }) => items.forEach(dress),
      explain,
      bag: ({ count }) => {
        for (const one of document.querySelectorAll("[data-bag-count]")) one.textContent = count;
        refill();
      },
      state: ({ state }) => {
        if (state !== "on_air") setTimeout(() => location.reload(), 500 + Math.random() * 2000);
      },
    };
    const open = () => {
      source = new EventSource(`${place}/stream?after=${last}`);
      for (const kind of Object.keys(heard)) {
        source.addEventListener(kind, (event) => {
          if (event.lastEventId) last = event.lastEventId;
          heard[kind](JSON.parse(event.data));
        });
      }
    };
    // A page that nobody looks at holds no connection: browsers have few for a site.
    const close = () => {
      source?.close();
      source = null;
    };
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) {
        close();
        picture.src = picture.dataset.still;
      } else if (!source) {
        open();
        picture.src = `${place}/camera?${Date.now()}`;
      }
    });
    addEventListener("pagehide", close);
    open();

    const send = (form, fields) =>
      fetch(form.action, {
        method: "POST", headers: { "x-live": "1" }, keepalive: true,
        body: new URLSearchParams({ form_token: form.querySelector("[name=form_token]").value, ...fields }),
      });
    const say = room.querySelector("[data-say]");
    say?.addEventListener("submit", async (event) => {
      event.preventDefault();
      const text = say.elements.text.value.trim();
      if (!text) return;
      const answer = await send(say, { text });
      told.hidden = answer.ok;
      if (answer.ok) say.elements.text.value = "";
      else told.textContent = answer.headers.get("content-type").startsWith("text/plain") ? await answer.text() : "…";
    });

    const like = room.querySelector("[data-like]");
    const hearts = room.querySelector("[data-hearts]");
    let tapped = 0;
    like?.addEventListener("submit", (event) => {
      event.preventDefault();
      tapped += 1;
      likes.textContent = +likes.textContent + 1;
      const heart = Object.assign(document.createElement("i"), { textContent: "♥" });
      heart.style.setProperty("--drift", `${Math.random() * 50 - 25}px`);
      hearts.append(heart);
      setTimeout(() => heart.remove(), 1600);
      if (tapped === 1) {
        setTimeout(() => {
          send(like, { count: Math.min(tapped, 100) });
          tapped = 0;
        }, 1500);
      }
    });
  };

  // A room that is to begin: the page changes when it does.
  const waiting = () => {
    const source = new EventSource(`${room.dataset.live}/stream`);
    source.addEventListener("state", (event) => {
      if (JSON.parse(event.data).state === "on_air") location.reload();
    });
    addEventListener("pagehide", () => source.close());
  };

  // --- a replay ------------------------------------------------------------------------------------
  const again = () => {
    const picture = replay.querySelector("[data-picture]");
    const seek = replay.querySelector("[data-seek]");
    const clock = replay.querySelector("[data-clock]");
    const play = replay.querySelector("[data-play]");
    const lines = [...replay.querySelectorAll("[data-second]")];
    const pictures = replay.dataset.pictures.split(",").filter(Boolean).map(Number);
    const whole = +replay.dataset.seconds;
    let second = +replay.dataset.second;
    let timer = 0;
    const told = (n) => `${Math.floor(n / 60)}:${String(n % 60).padStart(2, "0")}`;
    const at = (n) => {
      second = Math.max(0, Math.min(n, whole));
      seek.value = second;
      clock.textContent = `${told(second)} / ${told(whole)}`;
      const taken = pictures.filter((one) => one <= second).pop() ?? pictures[0];
      const place = `${replay.dataset.replay}/frame?second=${taken}`;
      if (picture && !picture.src.endsWith(place)) picture.src = place;
      for (const line of lines) line.hidden = !(+line.dataset.second <= second && +line.dataset.second > second - 60);
      const list = lines[0]?.parentNode;
      if (list) list.scrollTop = list.scrollHeight;
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
    };
    play.hidden = seek.hidden = false;
    play.addEventListener("click", () => {
      if (timer) return stop();
      if (second >= whole) at(0);
      timer = setInterval(() => (second >= whole ? stop() : at(second + 1)), 1000);
    });
    seek.addEventListener("input", () => at(+seek.value));
    for (const one of document.querySelectorAll("[data-jump]")) {
      one.addEventListener("click", (event) => {
        event.preventDefault();
        at(+one.dataset.jump);
        replay.scrollIntoView({ block: "start" });
      });
    }
  };

  if (room && room.hasAttribute("data-soon")) waiting();
  else if (room) onAir();
  if (replay) again();
})();
